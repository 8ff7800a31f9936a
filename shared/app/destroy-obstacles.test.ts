import { describe, expect, it } from 'vitest';
import { quantity, usd } from '../core/money/fixed.ts';
import type { Account, WorkingOrder } from '../core/portfolio/account.ts';
import { openAccount } from '../core/portfolio/ledger.ts';
import { destroyObstacles, type StageBooks } from './destroy-obstacles.ts';
import type { HaltRecord } from './halt-record.ts';

const EMPTY = openAccount({ botId: 'b', mode: 'LIVE', cash: usd('100'), external: {}, nowMs: 0 });
const HALT: HaltRecord = {
  halt_reason: 'the end',
  source: 'operator',
  at_ms: 2_000,
  flipped_at_ms: 1_000,
  detect_ms: 900,
  alert_ms: 1_000,
  cancelled_ms: 1_500,
  found: 0,
  withdrawn: 0,
  remaining: [],
  faults: [],
};
const STOPPED: StageBooks = {
  killSwitch: { kind: 'killed', reason: 'the end', atMs: 1_000 },
  account: EMPTY,
  halt: HALT,
  left: [],
};
const HOLDING = {
  ...EMPTY,
  positions: { 'BTC-USD': { lots: [{ quantity: quantity('0.5'), cost: usd('10'), opened_at_ms: 0 }] } },
} as unknown as Account;

function withOrder(status: WorkingOrder['status']): Account {
  const order = { client_order_id: 'b-1', product_id: 'BTC-USD', status } as unknown as WorkingOrder;
  return { ...EMPTY, working: { 'b-1': order } };
}

describe('a stage that is to be deleted', () => {
  it('may go when real money never traded there, and when it stands still with nothing open', () => {
    expect(destroyObstacles(STOPPED)).toEqual([]);
    expect(
      destroyObstacles({ ...STOPPED, account: undefined, halt: undefined, killSwitch: { kind: 'armed' } }),
    ).toEqual([]);
  });

  it.each(['READY', 'SENDING', 'WORKING', 'UNKNOWN'] as const)('[I6] stays while an order is %s', (status) => {
    expect(destroyObstacles({ ...STOPPED, account: withOrder(status) })).toEqual([
      expect.stringContaining(`order b-1 is ${status}`),
    ]);
  });

  it('stays while a position is held, unless somebody takes over just that one', () => {
    expect(destroyObstacles({ ...STOPPED, account: HOLDING })).toEqual([
      expect.stringContaining('0.5 BTC-USD is held'),
    ]);
    expect(destroyObstacles({ ...STOPPED, account: HOLDING, left: ['ETH-USD'] })).toHaveLength(1);
    expect(destroyObstacles({ ...STOPPED, account: HOLDING, left: ['BTC-USD'] })).toEqual([]);
  });

  it('stays while an intent waits or a product is frozen', () => {
    const account = { ...EMPTY, outbox: ['b-2'], frozen: { 'BTC-USD': 'break' } } as unknown as Account;

    expect(destroyObstacles({ ...STOPPED, account })).toEqual([
      expect.stringContaining('intent b-2'),
      expect.stringContaining('BTC-USD is frozen (break)'),
    ]);
  });

  it.each<[string, Partial<StageBooks>, string]>([
    ['the switch is armed', { killSwitch: { kind: 'armed' } }, 'armed'],
    [
      'the switch cannot be read',
      { killSwitch: { kind: 'killed', reason: 'unreadable: no answer' } },
      'cannot be read',
    ],
    ['nothing was halted', { halt: undefined }, 'no halt is on record'],
    ['the halt is not complete', { halt: { ...HALT, cancelled_ms: null } }, 'not complete'],
    ['the halt is an older one', { halt: { ...HALT, at_ms: 500 } }, 'older than the pull'],
  ])('stays while %s', (_, change, said) => {
    expect(destroyObstacles({ ...STOPPED, ...change })).toEqual([expect.stringContaining(said)]);
  });
});
