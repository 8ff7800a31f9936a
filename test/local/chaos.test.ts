import { afterEach, describe, expect, it } from 'vitest';
import { auditRun } from '../../cli/local/audit.ts';
import { type Bot, createBot } from '../../cli/local/bot.ts';
import { type EmbeddedTable, startEmbeddedTable } from '../../shared/adapters/local/embedded-table.ts';
import { virtualClock } from '../../shared/adapters/local/virtual-clock.ts';
import { loadedFrom, shippedTexts } from '../../shared/config/testing/shipped.ts';
import type { AlertKind } from '../../shared/core/alerts/catalogue.ts';
import { TIERS } from '../../shared/core/cycle/tiers.ts';
import type { FaultRule } from '../../simulator/http/faults.ts';
import { syntheticMarket } from '../../simulator/market/synthetic.ts';
import { type Simulator, startSimulator } from '../../simulator/server.ts';
import { freshDir } from './harness.ts';

const START_MS = Date.parse('2025-01-06T00:00:00Z');
const MINUTE_MS = 60_000;
const BAD_MINUTES = 16;
const SETTLING_MINUTES = 8;

/** It sells again after six minutes, so that a short night has exits and entries. */
const BUSY = { app: { mode: 'LIVE' }, policy: { exits: { max_hold_hours: 0.1 } } } as const;

/** What the exchange does to the orders of a bad night. Each is drawn by the same seed in every run. */
const NIGHTS: readonly (readonly [string, readonly FaultRule[]])[] = [
  ['the answer to an order is lost after it was taken', [onOrders(0.4, { kind: 'resetAfterAccept' })]],
  ['an order is carried out and answered with an error', [onOrders(0.4, { kind: '5xx', when: 'after', body: 'html' })]],
  ['an order is carried out and answered with a page', [onOrders(0.4, { kind: 'html', when: 'after' })]],
  ['an order is dropped before it arrives', [onOrders(0.4, { kind: 'resetBefore' })]],
  ['a taken order fills a part and fails', [onOrders(0.5, { kind: 'failOrder', filledShare: 0.5 })]],
  [
    'everything at once',
    [
      onOrders(0.2, { kind: 'resetAfterAccept' }),
      onOrders(0.2, { kind: '5xx', when: 'before' }),
      onOrders(0.2, { kind: '429', body: 'html' }),
      { match: { method: 'GET', probability: 0.05 }, effect: { kind: '5xx' } },
      { match: { method: 'GET', probability: 0.05 }, effect: { kind: '429', body: 'json' } },
      { match: { path: /historical/, probability: 0.1 }, effect: { kind: 'resetAfterAccept' } },
    ],
  ],
];

/** Alerts of the layers that find what another one has missed. */
const MENDED: ReadonlySet<string> = new Set<AlertKind>([
  'LEDGER_BREAK',
  'ORDER_MISMATCH',
  'LOST_ORDER',
  'GHOST_ORDER',
  'FOREIGN_ORDER',
  'INTENT_WITHOUT_RECORD',
  'STATE_REBUILT',
  'DEPOSIT',
  'WITHDRAWAL',
]);

let opened: { readonly table: EmbeddedTable; readonly simulator: Simulator; readonly bot: Bot } | undefined;
afterEach(async () => {
  opened?.bot.close();
  await opened?.simulator.close();
  await opened?.table.close();
  opened = undefined;
});

describe('a bad night on the LIVE path', () => {
  it.each(NIGHTS)(
    '[I2] [I6] [I7] [REQ-X1] [REQ-CB1] ends with every order placed once and the books equal to the exchange: %s',
    async (_night, faults) => {
      const { bot, simulator, clock, config, told } = await openBot();
      const unexpected: unknown[] = [];

      simulator.admin.setFaults(faults);
      const attempts = await minutes(bot, clock, 0, BAD_MINUTES, unexpected);
      simulator.admin.setFaults([]);
      await minutes(bot, clock, BAD_MINUTES, SETTLING_MINUTES, unexpected);

      const breaks = await auditRun({
        ...bot.ports,
        quoteCurrency: 'USD',
        botId: config.app.bot_id,
        productIds: TIERS.flatMap((tier) => config.decision.universe.tiers[tier].symbols),
        sinceMs: 0,
        flowsBefore: [],
        renewBudget: bot.renewBudget,
      });
      const account = await bot.ports.accounts.load();
      expect(unexpected).toEqual([]);
      expect(breaks).toEqual([]);
      expect(account?.frozen).toEqual({});
      // Nothing had to be mended behind the back of whoever should have done it right.
      expect(told.filter((kind) => MENDED.has(kind))).toEqual([]);
      const working = Object.values(account?.working ?? {}).filter(({ status }) => status !== 'READY');
      const resting = working.filter(({ status, route }) => status === 'WORKING' && route.kind !== 'taker');
      expect(working, 'only what rests is left').toEqual(resting);
      const open = await bot.ports.exchange.openOrders();
      if (open.kind !== 'ok') throw new Error(open.kind);
      expect(open.value.map(({ clientOrderId }) => clientOrderId).sort()).toEqual(
        resting.map(({ client_order_id }) => client_order_id).sort(),
      );
      // A night without entries and exits would prove nothing.
      expect(attempts).toBeGreaterThan(25);
      const filled = simulator.admin.orders().filter(({ status }) => status === 'FILLED');
      expect(new Set(filled.map(({ side }) => side))).toEqual(new Set(['BUY', 'SELL']));
    },
  );
});

async function openBot() {
  const config = loadedFrom(shippedTexts('local'), 'local', { overrides: BUSY });
  const stateDir = freshDir();
  const started = await startEmbeddedTable(stateDir);
  if (started.kind === 'locked') throw new Error('a fresh folder cannot be locked');
  const clock = virtualClock(START_MS);
  const simulator = await startSimulator({ market: syntheticMarket({ seed: 7, startMs: START_MS }), clock });
  const key = simulator.keys[0]?.apiKey;
  const told: string[] = [];
  const bot = createBot({
    config,
    table: started.table,
    stateDir,
    place: { apiUrl: simulator.url, key, close: async () => undefined },
    clock,
    isTimeVirtual: true,
    liveAuthority: { refusal: async () => null },
    seed: 7,
    random: () => 0,
    on: { alert: ({ kind }) => void told.push(kind), fills: () => undefined, failure: () => undefined },
  });
  opened = { table: started.table, simulator, bot };
  return { bot, simulator, clock, config, told };
}

/** Runs one cycle a minute and returns how many orders were published. */
async function minutes(
  bot: Bot,
  clock: ReturnType<typeof virtualClock>,
  first: number,
  count: number,
  unexpected: unknown[],
): Promise<number> {
  let published = 0;
  for (let minute = first; minute < first + count; minute += 1) {
    const slotMs = START_MS + minute * MINUTE_MS;
    clock.advanceTo(Math.max(slotMs, clock.nowMs()));
    try {
      published += (await bot.tick(slotMs)).published;
    } catch (error) {
      unexpected.push(error);
    }
  }
  return published;
}

function onOrders(probability: number, effect: FaultRule['effect']): FaultRule {
  return { match: { method: 'POST', path: '/orders', probability }, effect };
}
