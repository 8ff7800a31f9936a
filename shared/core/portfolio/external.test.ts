import { describe, expect, it } from 'vitest';
import {
  AS_OF_MS,
  accountOf,
  BTC,
  breakout,
  calmMarket,
  configOf,
  ETH,
  positionOf,
  SLOT_MS,
  SOL,
  snapshotOf,
  symbolOf,
  workingOf,
} from '../../../test/core/world.ts';
import { applyChanges } from '../cycle/apply-changes.ts';
import { decide } from '../cycle/decide.ts';
import { NO_CANDLES } from '../market/candles.ts';
import type { SymbolSnapshot } from '../market/snapshot.ts';
import { price, quantity, toText, usd } from '../money/fixed.ts';
import type { Account } from './account.ts';
import { adoptions } from './external.ts';
import { lookForFlows } from './flows.ts';
import { marksAt } from './marks.ts';

const withPolicy = (external_holdings: 'ignore' | 'count' | 'manage') => configOf({ policy: { external_holdings } });
const holding = accountOf({ external: { SOL: quantity('2'), NOPE: quantity('5') } });
/** A breakout in BTC: something to buy. */
const lively = () => [
  symbolOf(BTC, { closes: breakout(), quote: { bid: price('102.99'), ask: price('103.01') } }),
  ...others(),
];
const others = () => calmMarket().filter(({ productId }) => productId !== BTC);

describe('coins from before the bot', () => {
  it('are neither equity nor exposure when they are ignored', () => {
    const decision = decide(snapshotOf(lively()), holding, withPolicy('ignore'));

    expect(decision.equity).toBe('10000');
    expect(decision.account_changes.adoptions).toEqual([]);
    expect(decision.orders).toHaveLength(1);
  });

  it.each(['count', 'manage'] as const)('add what they would fetch to the equity under %s', (policy) => {
    // Two at a bid of 99.99; a coin without a market here has no value.
    expect(decide(snapshotOf(lively()), holding, withPolicy(policy)).equity).toBe('10199.98');
  });

  it('[I3] fill the caps where they count', () => {
    const rich = accountOf({ external: { SOL: quantity('100') } });

    const ignored = decide(snapshotOf(lively()), rich, withPolicy('ignore'));
    const counted = decide(snapshotOf(lively()), rich, withPolicy('count'));

    expect(ignored.orders).toHaveLength(1);
    expect(counted.orders).toEqual([]);
    expect(counted.assessments[0]?.risk_reason).toBe('total_cap');
    expect(counted.account_changes.adoptions).toEqual([]);
  });
});

describe('[REQ-DD1] coins that came in or went out', () => {
  const stopping = configOf({
    policy: { external_holdings: 'count', risk: { daily_stop_pnl_pct: -3, max_drawdown_pct: 10 } },
  });
  const rich = accountOf({ external: { ETH: quantity('100') } });
  const market = snapshotOf(calmMarket());
  const moved = (account: Account, size: string) => {
    const gaps = { cash: usd('0'), coins: { ETH: quantity(size) } };
    return lookForFlows(lookForFlows(account, gaps, AS_OF_MS).account, gaps, AS_OF_MS + 60_000).account;
  };
  const gatesOf = (account: Account, snapshot = market, config = stopping) =>
    decide(snapshot, account, config).gates.map(({ gate }) => gate);
  const settled = (account: Account, snapshot = market, config = stopping) =>
    applyChanges(account, decide(snapshot, account, config).account_changes);
  const begun = settled(rich);

  it('are no loss when they leave', () => {
    for (const size of ['-50', '-100']) {
      const left = moved(begun, size);

      expect(gatesOf(left)).toEqual([]);
      expect(gatesOf(settled(left))).toEqual([]);
    }
  });

  it('are no gain when they come: a stop stays where it was', () => {
    const lost = { ...begun, cash: usd('9000') };
    expect(gatesOf(lost)).toEqual(['daily_stop']);

    const topped = moved(lost, '100');
    expect(gatesOf(topped)).toEqual(['daily_stop']);
    expect(gatesOf(settled(topped))).toEqual(['daily_stop']);
  });

  it('count once, with the first price that is known', () => {
    const lost = { ...settled(accountOf()), cash: usd('9500') };
    const unpriced = snapshotOf(calmMarket().filter(({ productId }) => productId !== ETH));
    const waiting = settled(moved(lost, '100'), unpriced);

    expect(waiting.unsettled_coins).toEqual({ ETH: quantity('100') });
    expect(gatesOf(waiting)).toEqual(['daily_stop']);
    const priced = settled(waiting);
    expect(priced.unsettled_coins).toEqual({});
    expect(gatesOf(priced)).toEqual(['daily_stop']);
    expect(settled(priced)).toBe(priced);
  });

  it('are no loss while nobody can say what they are worth: entries wait instead', () => {
    const without = (part: Partial<SymbolSnapshot>, id = ETH) =>
      snapshotOf(calmMarket().map((symbol) => (symbol.productId === id ? { ...symbol, ...part } : symbol)));
    const dead = { quote: null, candles: {}, lastTradedBarIndex: null };
    const told = (account: Account, snapshot: typeof market) => {
      const { gates, breaches } = decide(snapshot, account, stopping);
      return [gates.map(({ gate }) => gate), breaches.map(({ kind }) => kind)] as const;
    };
    const unread = snapshotOf(calmMarket().map((symbol) => ({ ...symbol, product: null })));
    const few = settled(accountOf({ external: { ETH: quantity('1') } }));

    expect(told(begun, without(dead))[0]).toEqual(['staleness']);
    expect(told(begun, without(dead))[1]).not.toContain('DRAWDOWN');
    expect(told(begun, unread)[0]).toEqual(['staleness']);
    // What is missing is too little to look like a loss.
    expect(told(few, without(dead))[0]).toEqual([]);
    // Read, and there is nothing: the market is dead.
    expect(told(begun, without({ ...dead, candles: { '1m': NO_CANDLES } }))[0]).toContain('drawdown');
    // A coin that nobody counts, and a real loss once the price is back.
    expect(told(begun, without(dead, SOL))[0]).toEqual([]);
    expect(told({ ...begun, cash: usd('7000') }, market)[0]).toEqual(['drawdown', 'daily_stop']);
  });

  it('[REQ-DD1] nor is what the bot itself holds, and counts at cost, while nobody has read its price', () => {
    const lots = [{ quantity: quantity('50'), cost: usd('500'), opened_at_ms: 0 }];
    const position = positionOf('50', { lots, peak_price: price('110') });
    const account = settled(accountOf({ positions: { [ETH]: position } }));
    const unread = { quote: null, candles: {}, lastTradedBarIndex: null };
    const shown = (part: Partial<SymbolSnapshot>, at = account, slotMs = SLOT_MS) =>
      gatesOf(
        at,
        snapshotOf(
          calmMarket().map((symbol) => (symbol.productId === ETH ? { ...symbol, ...part } : symbol)),
          { slotMs },
        ),
      ).filter((gate) => slotMs === SLOT_MS || gate !== 'staleness');

    expect(shown({})).toEqual([]);
    expect(shown(unread)).toEqual(['staleness']);
    expect(shown({ ...unread, candles: { '1m': NO_CANDLES } })).toContain('drawdown');
    // At its highest it would not make up for what the cash has lost.
    expect(shown(unread, { ...account, cash: usd('5000') })).toEqual(['drawdown', 'daily_stop']);
    // What it may be worth is not known: for a day, and no longer.
    const { peak_price: _, ...unknown } = position;
    const poor = { ...account, positions: { [ETH]: unknown }, cash: usd('5000') };
    expect(shown(unread, poor)).toEqual(['staleness']);
    expect(shown(unread, poor, SLOT_MS + 86_400_000)).toContain('drawdown');
  });

  it('are nothing at all where such coins are ignored', () => {
    const ignoring = configOf({ policy: { risk: { daily_stop_pnl_pct: -3 } } });
    const known = settled(rich, market, ignoring);
    const left = settled(moved(known, '-50'), market, ignoring);

    expect([left.unsettled_coins, toText(left.high_water_mark)]).toEqual([{}, toText(known.high_water_mark)]);
  });

  it('are in the anchor of a day that begins while the exchange does not answer', () => {
    const down = snapshotOf(
      calmMarket().map((symbol) => ({ ...symbol, product: null, quote: null, candles: {} })),
      { conditions: { exchangeDown: 'products: down' } },
    );
    const yesterday = {
      ...begun,
      marks: marksAt({ ...begun, marks: null }, usd('20000'), AS_OF_MS - 7 * 86_400_000, 7),
    };
    const after = settled(yesterday, down);
    expect(after.marks?.day).toEqual(yesterday.marks.day);
    const lost = { ...settled(after), cash: usd('9000') };
    expect(gatesOf(lost)).toEqual(['daily_stop']);
    expect(gatesOf({ ...after, cash: usd('9000') }, down)).toContain('exchange');
  });

  describe('without a price, though the exchange answers, when a day begins', () => {
    const DAY_MS = 86_400_000;
    const begunOn = (dayMs: number, account = begun) => ({
      ...account,
      marks: marksAt({ ...account, marks: null }, usd('20000'), dayMs, 7),
    });
    const yesterday = begunOn(AS_OF_MS - DAY_MS);
    const silent = (ids: readonly string[]) =>
      snapshotOf(
        calmMarket().map((symbol) =>
          ids.includes(symbol.productId) ? { ...symbol, quote: null, candles: {} } : symbol,
        ),
      );
    const anchorOf = (account: Account, seen = market) => settled(account, seen).marks?.day;

    it('leave it the anchor of the day before: the daily stop would let as much be lost', () => {
      expect(anchorOf(yesterday)).not.toEqual(yesterday.marks.day);
      expect(anchorOf(yesterday, silent([BTC]))).not.toEqual(yesterday.marks.day);
      expect(anchorOf(yesterday, silent([ETH]))).toEqual(yesterday.marks.day);
      const unread = snapshotOf(calmMarket().map((symbol) => ({ ...symbol, product: null })));
      expect(anchorOf(yesterday, unread)).toEqual(yesterday.marks.day);
    });

    it('hold nothing back that they are no part of, nor for ever', () => {
      const ignoring = configOf({ policy: { external_holdings: 'ignore' } });
      expect(settled(yesterday, silent([ETH]), ignoring).marks?.day).not.toEqual(yesterday.marks.day);
      const before = begunOn(AS_OF_MS - 2 * DAY_MS);
      expect(anchorOf(before, silent([ETH]))).not.toEqual(before.marks.day);
    });

    it('do as a position does that has none, which counts at cost then', () => {
      const worth = (size: string, cost: string) =>
        positionOf(size, { lots: [{ quantity: quantity(size), cost: usd(cost), opened_at_ms: 0 }] });
      const held = begunOn(AS_OF_MS - DAY_MS, accountOf({ positions: { [SOL]: worth('10', '1000') } }));
      expect(anchorOf(held)).not.toEqual(held.marks.day);
      expect(anchorOf(held, silent([SOL]))).toEqual(held.marks.day);
      const dust = { ...held, positions: { [SOL]: worth('0.1', '10') } };
      expect(anchorOf(dust, silent([SOL])), 'a remainder keeps no day from beginning').not.toEqual(dust.marks.day);
    });
  });

  describe('because a config counts them from now on, or no longer', () => {
    const ignoring = configOf({ policy: { risk: { daily_stop_pnl_pct: -3, max_drawdown_pct: 10 } } });
    const ignored = settled(rich, market, ignoring);

    it('are neither gain nor loss, there and back again', () => {
      const counted = settled(ignored);
      expect(toText(counted.high_water_mark)).toBe(decide(market, ignored, stopping).equity);
      const back = settled(counted, market, ignoring);

      expect([gatesOf(ignored), gatesOf(counted, market, ignoring), gatesOf(back, market, ignoring)]).toEqual([
        [],
        [],
        [],
      ]);
      expect(toText(back.high_water_mark)).toMatch(/^10000(?:\.0000\d*)?$/);
      expect(settled(back, market, ignoring)).toBe(back);
    });

    it('leave a loss as it was', () => {
      const lost = { ...ignored, cash: usd('8800') };
      expect(gatesOf(lost, market, ignoring)).toEqual(['drawdown', 'daily_stop']);
      const counted = settled(lost);

      expect(gatesOf(lost)).toEqual(['drawdown', 'daily_stop']);
      expect(gatesOf(counted)).toEqual(['drawdown', 'daily_stop']);
      expect(gatesOf(settled(counted, market, ignoring), market, ignoring)).toEqual(['drawdown', 'daily_stop']);
    });

    it('are no loss either when some have left in between', () => {
      for (const size of ['-50', '-100', '100']) {
        expect(gatesOf(moved(begun, size), market, ignoring)).toEqual([]);
        expect(gatesOf(moved(ignored, size))).toEqual([]);
      }
    });

    it('wait while the exchange does not answer: nobody knows then what they are worth', () => {
      const down = snapshotOf(
        calmMarket().map((symbol) => ({ ...symbol, product: null, quote: null, candles: {} })),
        { conditions: { exchangeDown: 'products: down' } },
      );
      const counted = settled(ignored);
      const leaving = settled(counted, down, ignoring);
      expect(gatesOf(leaving, market, ignoring)).toEqual([]);
      expect(settled(leaving, market, ignoring)).toEqual(settled(counted, market, ignoring));

      const lost = { ...ignored, cash: usd('8800') };
      const coming = settled(lost, down);
      expect(gatesOf(coming)).toEqual(['drawdown', 'daily_stop']);
      expect(settled(coming)).toEqual(settled(lost));
    });

    it('come in with the first price that is known', () => {
      const lost = { ...ignored, cash: usd('8800') };
      const unpriced = snapshotOf(
        calmMarket().map((symbol) => (symbol.productId === ETH ? { ...symbol, quote: null, candles: {} } : symbol)),
      );
      const waiting = settled(lost, unpriced);

      expect(waiting.unsettled_coins).toEqual({ ETH: quantity('100') });
      expect(gatesOf(waiting)).toEqual(['drawdown', 'daily_stop']);
      expect(settled(waiting).unsettled_coins).toEqual({});
    });

    it('move nothing in books of which no decision has said whether they count', () => {
      const unsaid = { ...begun, external_counted: null };

      expect(toText(settled(unsaid).high_water_mark)).toBe(toText(begun.high_water_mark));
      expect(settled(unsaid)).toEqual(begun);
    });
  });
});

describe('taking coins over', () => {
  const config = withPolicy('manage');
  const taken = (patch: Parameters<typeof accountOf>[0] = {}, symbol: SymbolSnapshot = symbolOf(SOL)) =>
    adoptions(accountOf({ ...holding, ...patch }), snapshotOf([symbol]), config);

  it('costs what they would fetch, with the widest stop and target, and belongs to no strategy', () => {
    const [adoption] = taken();

    expect(adoption).toMatchObject({ currency: 'SOL', product_id: SOL });
    expect(adoption?.position).toEqual({
      lots: [{ quantity: quantity('2'), cost: usd('199.98'), opened_at_ms: AS_OF_MS }],
      strategy: 'external',
      opened_at_ms: AS_OF_MS,
      stop_price: price('89.99'),
      take_profit_price: price('124.99'),
    });
  });

  it('[I7] moves them from one book to the other and leaves equity and the sum of coins as they were', () => {
    const before = decide(snapshotOf(calmMarket()), holding, config);
    const account = applyChanges(holding, before.account_changes);
    const after = decide(snapshotOf(calmMarket()), account, config);

    expect(account.external).toEqual({ NOPE: quantity('5') });
    expect(account.positions[SOL]?.lots.map((lot) => toText(lot.quantity))).toEqual(['2']);
    expect(after.equity).toBe(before.equity);
    expect(after.account_changes.adoptions).toEqual([]);
  });

  it('ends in the exits, and nothing is ever bought on top', () => {
    const account = applyChanges(holding, decide(snapshotOf(calmMarket()), holding, config).account_changes);
    const fallen = symbolOf(SOL, { closes: [...breakout(59), 90], quote: { bid: price('89.9'), ask: price('90') } });
    const risen = symbolOf(SOL, { closes: breakout(), quote: { bid: price('102.99'), ask: price('103.01') } });

    const sold = decide(snapshotOf([fallen]), account, config);
    const kept = decide(snapshotOf([risen]), account, config);

    expect(sold.orders.map(({ product_id, side, reason }) => [product_id, side, reason])).toEqual([
      [SOL, 'SELL', 'stop'],
    ]);
    expect(kept.orders).toEqual([]);
  });

  it('counts as an open position for what is bought beside it', () => {
    const one = configOf({ policy: { external_holdings: 'manage', risk: { max_open_positions: 1 } } });
    const { orders, account_changes, assessments } = decide(snapshotOf(lively()), holding, one);

    expect(account_changes.adoptions.map(({ product_id }) => product_id)).toEqual([SOL]);
    expect(orders).toEqual([]);
    expect(assessments.map(({ symbol, risk_reason }) => [symbol, risk_reason])).toEqual([[BTC, 'max_open_positions']]);
  });

  it('[I8] stands by symbol, whatever the market names first', () => {
    const some = accountOf({ external: { SOL: quantity('2'), ETH: quantity('1') } });
    const markets = [symbolOf(SOL), symbolOf(ETH)];

    for (const symbols of [markets, markets.toReversed()]) {
      expect(adoptions(some, snapshotOf(symbols), config).map(({ product_id }) => product_id)).toEqual([ETH, SOL]);
    }
  });

  it('waits where the same decision buys some', () => {
    const some = accountOf({ external: { BTC: quantity('0.5') } });
    const roomy = configOf({ policy: { external_holdings: 'manage', risk: { max_position_size_pct: 10 } } });
    const { orders, account_changes } = decide(snapshotOf(lively()), some, roomy);

    expect(orders.map(({ product_id, side }) => [product_id, side])).toEqual([[BTC, 'BUY']]);
    expect(account_changes.adoptions).toEqual([]);
  });

  it.each<[string, Parameters<typeof accountOf>[0], SymbolSnapshot]>([
    ['where the bot holds some itself', { positions: { [SOL]: positionOf('1') } }, symbolOf(SOL)],
    ['while an order is on its way', { working: { a: workingOf(SOL) } }, symbolOf(SOL)],
    ['while the books are in dispute', { frozen: { [SOL]: 'ledger' } }, symbolOf(SOL)],
    ['on an old quote', {}, symbolOf(SOL, { quote: { timeMs: AS_OF_MS - 5001 } })],
    ['without a quote', {}, symbolOf(SOL, { quote: null })],
    ['on a price that jumped', {}, symbolOf(SOL, { quote: { bid: price('120'), ask: price('120.01') } })],
    ['of a product that is not listed', {}, symbolOf(SOL, { product: null })],
    ['too small to sell', { external: { SOL: quantity('0.00001') } }, symbolOf(SOL)],
    ['of another coin', { external: { ETH: quantity('1') } }, symbolOf(SOL)],
  ])('waits %s', (_, patch, symbol) => {
    expect(taken(patch, symbol)).toEqual([]);
  });

  it('does not happen unless the policy says manage', () => {
    for (const policy of ['ignore', 'count'] as const) {
      expect(
        adoptions(accountOf({ external: { ETH: quantity('1') } }), snapshotOf([symbolOf(ETH)]), withPolicy(policy)),
      ).toEqual([]);
    }
  });
});
