import fc from 'fast-check';
import { expect, it } from 'vitest';
import { applyChanges } from '../../shared/core/cycle/apply-changes.ts';
import { decide } from '../../shared/core/cycle/decide.ts';
import type { Decision } from '../../shared/core/cycle/decision.ts';
import type { DecisionConfig } from '../../shared/core/cycle/decision-config.ts';
import type { ProductId } from '../../shared/core/market/product.ts';
import type { MarketSnapshot } from '../../shared/core/market/snapshot.ts';
import { price, type Quantity, toNumber, usd } from '../../shared/core/money/fixed.ts';
import type { Account, WorkingOrder } from '../../shared/core/portfolio/account.ts';
import { bookFill, release, reserve } from '../../shared/core/portfolio/ledger.ts';
import { randomConfig, randomFrom, SYMBOLS, walk } from './random-world.ts';
import { accountOf, candlesTo, SLOT_MS, snapshotOf, symbolOf, T } from './world.ts';
import { exposureOf, uncovered } from './worst-case.ts';

/**
 * Lives through many cycles: decide, then let the orders fill, fill in part, be cancelled, or hang as UNKNOWN for a
 * while. Whatever happens, the caps hold whenever something new is bought [I3], and nothing is sold that is not there [I5].
 */
const STEPS = 100;
const COOLDOWN = {
  cooldownMs: 60_000,
  cooldownAfterWinMs: 60_000,
  cooldownAfterLossMs: 90_000,
  cooldownAfterStopMs: 120_000,
};

interface Life {
  readonly random: () => number;
  readonly config: DecisionConfig;
  readonly closes: Map<ProductId, readonly number[]>;
  account: Account;
  step: number;
  fills: number;
}

it('[I3] [REQ-E1] [REQ-E2] [REQ-U2] caps hold and [I5] nothing is sold short over thousands of cycles', {
  timeout: 120_000,
}, () => {
  let entries = 0;
  let fills = 0;
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (seed) => {
      const life = born(seed);
      const ids = new Set<string>();
      for (life.step = 0; life.step < STEPS; life.step += 1) {
        const snapshot = advance(life);
        const decision = decide(snapshot, life.account, life.config);
        const after = reserve(life.account, decision.orders);
        for (const { client_order_id } of decision.orders) ids.add(client_order_id);
        if (decision.orders.some(({ side }) => side === 'BUY'))
          expectWithinCaps(decision, after, snapshot, life.config);
        expect(uncovered(after, SYMBOLS)).toBeNull();
        entries += decision.orders.filter(({ side }) => side === 'BUY').length;
        life.account = resolve(life, applyChanges(after, decision.account_changes));
      }
      fills += life.fills;
    }),
    { numRuns: 30 },
  );
  // A life in which nothing ever happens would prove nothing.
  expect(entries).toBeGreaterThan(100);
  expect(fills).toBeGreaterThan(150);
});

function born(seed: number): Life {
  const random = randomFrom(seed);
  const closes = new Map(SYMBOLS.map((id) => [id, walk(random, 40)] as const));
  return { random, config: randomConfig(random), closes, account: accountOf(), step: 0, fills: 0 };
}

function advance(life: Life): MarketSnapshot {
  const slotMs = SLOT_MS + life.step * 60_000;
  const symbols = SYMBOLS.map((id) => {
    const closes = [...(life.closes.get(id) ?? []).slice(-39), ...walk(life.random, 1, life.closes.get(id)?.at(-1))];
    life.closes.set(id, closes);
    const mid = closes.at(-1) as number;
    return symbolOf(id, {
      candles: { '1m': candlesTo(T + life.step, closes) },
      lastTradedBarIndex: T + life.step,
      quote: { bid: price((mid * 0.9996).toFixed(2)), ask: price((mid * 1.0004).toFixed(2)), timeMs: slotMs },
    });
  });
  return snapshotOf(symbols, { slotMs, asOfMs: slotMs + 1000 });
}

/** Each order on its way: nothing yet, all of it, a part, or the end of it. */
function resolve(life: Life, start: Account): Account {
  return Object.values(start.working).reduce((account, order) => {
    const luck = life.random();
    const filled = fill(life, account, order, shareFor(luck, life.random));
    return luck >= 0.2 && luck < 0.8 ? release(filled, order.client_order_id) : filled;
  }, start);
}

function shareFor(luck: number, random: () => number): number {
  if (luck < 0.2 || luck >= 0.9) return 0;
  return luck < 0.6 ? 1 : random();
}

function fill(life: Life, account: Account, order: WorkingOrder, share: number): Account {
  const left = order.quantity - order.filled;
  const size = share === 1 ? left : (left * BigInt(Math.floor(share * 1000))) / 1000n;
  if (size <= 0n) return account;
  life.fills += 1;
  const at = order.limit_price;
  const commission = usd((toNumber(order.limit_price) * toNumber(size as Quantity) * 0.012).toFixed(12));
  const entryId = `${order.client_order_id}-${life.step}`;
  const timeMs = SLOT_MS + life.step * 60_000 + 2000;
  const booked = {
    entryId,
    productId: order.product_id,
    side: order.side,
    price: at,
    quantity: size as Quantity,
    commission,
    timeMs,
  };
  return bookFill(account, booked, order, COOLDOWN);
}

/** The caps, counted here by hand in plain numbers; a millionth of a dollar of slack for the floats. */
function expectWithinCaps(
  decision: Decision,
  account: Account,
  snapshot: MarketSnapshot,
  config: DecisionConfig,
): void {
  const equity = Number(decision.equity);
  const { risk, regime } = config.policy;
  const room = (pct: number) => equity * (pct / 100) * regime.multipliers[decision.regime] + 1e-6;
  const atRisk = (symbols: readonly ProductId[]) =>
    symbols.reduce((sum, symbol) => sum + exposureOf(account, symbol, snapshot), 0);
  const bought = decision.orders.filter(({ side }) => side === 'BUY').map(({ product_id }) => product_id);

  expect(atRisk(SYMBOLS)).toBeLessThanOrEqual(room(risk.max_total_at_risk_pct));
  for (const symbol of bought) {
    expect(atRisk([symbol])).toBeLessThanOrEqual(room(risk.max_position_size_pct));
    const theme = Object.entries(config.universe.themes).find(([, symbols]) => symbols.includes(symbol));
    if (theme === undefined) continue;
    expect(atRisk(theme[1])).toBeLessThanOrEqual(room(risk.max_per_theme_pct[theme[0]] ?? risk.max_theme_exposure_pct));
  }
}
