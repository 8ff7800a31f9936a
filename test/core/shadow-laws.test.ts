import fc from 'fast-check';
import { expect, it } from 'vitest';
import { applyChanges } from '../../shared/core/cycle/apply-changes.ts';
import { decide } from '../../shared/core/cycle/decide.ts';
import type { Decision } from '../../shared/core/cycle/decision.ts';
import type { DecisionConfig } from '../../shared/core/cycle/decision-config.ts';
import { decodeInputs } from '../../shared/core/cycle/decode.ts';
import { encodeDecision, encodeInputs } from '../../shared/core/cycle/encode.ts';
import type { MarketSnapshot } from '../../shared/core/market/snapshot.ts';
import { portion, price, ratio, usd } from '../../shared/core/money/fixed.ts';
import type { Account, ShadowBook, WorkingOrder } from '../../shared/core/portfolio/account.ts';
import { bookFill, release, reserve } from '../../shared/core/portfolio/ledger.ts';
import { randomFrom, SYMBOLS, walk } from './random-world.ts';
import { accountOf, BTC, breakout, candlesTo, configOf, SLOT_MS, snapshotOf, symbolOf, T } from './world.ts';

/** What must hold for strategies without authority over whole lives, in which orders fill and prices wander. */
const STEPS = 60;
const TSM = 'time-series-momentum';
const DONCHIAN = 'donchian-breakout';
const COOLDOWN = { cooldownMs: 60_000, cooldownAfterWinMs: 0, cooldownAfterLossMs: 0, cooldownAfterStopMs: 0 };
const seeds = fc.integer({ min: 0, max: 2 ** 31 });

type Settings = { readonly enabled: boolean; readonly shadow: boolean };
const ON: Settings = { enabled: true, shadow: false };
const OFF: Settings = { enabled: false, shadow: false };
const SHADOW: Settings = { enabled: true, shadow: true };

function configWith(tsm: Settings, donchian: Settings): DecisionConfig {
  const strategies = {
    [DONCHIAN]: { ...donchian, params: { entry_lookback_bars: 5, exit_lookback_bars: 3, atr_lookback_bars: 5 } },
    [TSM]: {
      ...tsm,
      params: { lookback_bars: 6, volatility_lookback_bars: 6, trend_lookback_bars: 4, min_return_pct: 0 },
    },
  };
  return configOf({ policy: { risk: { max_drawdown_pct: 90 } }, signals: { strategy: strategies } });
}

/** The same market for every life of a seed; now and then a quote is too old. */
function marketsOf(seed: number): readonly MarketSnapshot[] {
  const random = randomFrom(seed);
  const closes = new Map(SYMBOLS.map((id) => [id, walk(random, 40)] as const));
  return Array.from({ length: STEPS }, (_, step) => {
    const slotMs = SLOT_MS + step * 60_000;
    const symbols = SYMBOLS.map((id) => {
      const known = closes.get(id) ?? [];
      const bars = [...known.slice(-39), ...walk(random, 1, known.at(-1))];
      closes.set(id, bars);
      const mid = bars.at(-1) as number;
      return symbolOf(id, {
        candles: { '1m': candlesTo(T + step, bars) },
        lastTradedBarIndex: T + step,
        quote: {
          bid: price((mid * 0.9996).toFixed(2)),
          ask: price((mid * 1.0004).toFixed(2)),
          timeMs: random() < 0.1 ? slotMs - 60_000 : slotMs,
        },
      });
    });
    return snapshotOf(symbols, { slotMs, asOfMs: slotMs + 1000 });
  });
}

interface Lived {
  readonly decision: Decision;
  readonly account: Account;
}

/** Every order fills at its limit before the next cycle. */
function live(markets: readonly MarketSnapshot[], config: DecisionConfig): readonly Lived[] {
  let account = accountOf();
  return markets.map((snapshot) => {
    const decision = decide(snapshot, account, config);
    const reserved = reserve(applyChanges(account, decision.account_changes), decision.orders);
    account = Object.values(reserved.working).reduce(filled, reserved);
    return { decision, account };
  });
}

function filled(account: Account, order: WorkingOrder): Account {
  const { client_order_id, product_id: productId, side, quantity, limit_price, slot_ms: timeMs } = order;
  const commission = portion(usd('1'), ratio('0.012'), 'up');
  const fill = { entryId: client_order_id, productId, side, quantity, price: limit_price, commission, timeMs };
  return release(bookFill(account, fill, order, COOLDOWN), client_order_id);
}

/** All that money, orders and risk can see of a cycle. */
function visible({ decision, account }: Lived): unknown {
  const { strategies: _, proposals_count: _count, shadow_proposals: _shadow, reasons: _reasons, ...decided } = decision;
  const { shadow: _book, strategy_state: _state, ...changes } = decided.account_changes;
  const { shadow: _books, strategy_state: _states, ...money } = account;
  return { decided: { ...decided, account_changes: changes }, money };
}

it('[REQ-STR2] [REQ-R1] shadow strategies have no authority: orders, reservations, cash and risk are as without them', () => {
  let orders = 0;
  let closed = 0;
  const pairs = [
    [configWith(SHADOW, ON), configWith(OFF, ON)],
    [configWith(ON, SHADOW), configWith(ON, OFF)],
  ] as const;
  fc.assert(
    fc.property(seeds, fc.constantFrom(...pairs), (seed, [shadowed, without]) => {
      const markets = marketsOf(seed);
      const beside = live(markets, shadowed);
      expect(beside.map(visible)).toEqual(live(markets, without).map(visible));
      orders += beside.reduce((sum, { decision }) => sum + decision.orders.length, 0);
      closed += Object.values(beside.at(-1)?.account.shadow ?? {}).reduce((sum, book) => sum + book.closed, 0);
    }),
    { numRuns: 12 },
  );
  // Lives in which nothing is bought, or nothing scored, would prove nothing.
  expect(orders).toBeGreaterThan(100);
  expect(closed).toBeGreaterThan(50);
});

it('[REQ-U1] a shadow strategy lets no symbol into the universe that the others cannot judge', () => {
  const young = snapshotOf([symbolOf(BTC, { closes: breakout(12) })]);
  const needs = { entry_lookback_bars: 20, exit_lookback_bars: 10, atr_lookback_bars: 14 };
  const config = (tsm: Settings) => {
    const { [TSM]: settings } = configWith(tsm, ON).signals.strategy;
    const params = settings?.params as Record<string, number>;
    return configOf({ signals: { strategy: { [DONCHIAN]: { params: needs }, [TSM]: { ...tsm, params } } } });
  };
  const record = (tsm: Settings) =>
    decide(young, accountOf(), config(tsm)).universe.find(({ symbol }) => symbol === BTC);

  expect(record(SHADOW)).toEqual(record(OFF));
  expect(record(SHADOW)).toMatchObject({ eligible: false, exclusion_reason: 'insufficient_history' });
  expect(record(ON)?.eligible).toBe(true);
});

it('[I8] the score is replayed byte for byte, and the order of the strategies changes nothing', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const config = configWith(SHADOW, SHADOW);
      const { strategy } = config.signals;
      const turned = Object.fromEntries(Object.entries(strategy).toReversed());
      const other = { ...config, signals: { ...config.signals, strategy: turned } };
      let account = accountOf();
      for (const snapshot of marketsOf(seed)) {
        const decision = decide(snapshot, account, config);
        const replayed = decodeInputs(encodeInputs(snapshot, backwards(account), other));
        expect(encodeDecision(decide(replayed.snapshot, replayed.account, replayed.config))).toBe(
          encodeDecision(decision),
        );
        account = applyChanges(account, decision.account_changes);
      }
    }),
    { numRuns: 6 },
  );
});

it('[I6] an account from before there were scores has none', () => {
  const archived = encodeInputs(snapshotOf([symbolOf(BTC)]), accountOf(), configOf());

  expect(archived).toContain('"shadow":{},');
  expect(decodeInputs(archived.replace('"shadow":{},', '')).account.shadow).toEqual({});
});

it('[REQ-X3] the money of the score adds up: what the closed trades made is what they fetched less what they cost', () => {
  let closed = 0;
  fc.assert(
    fc.property(seeds, (seed) => {
      const markets = marketsOf(seed);
      const books = live(markets, configWith(SHADOW, SHADOW)).map(({ account }) => account.shadow);
      for (const name of [TSM, DONCHIAN]) {
        const totals = replayedByHand(
          books.map((each) => each[name] as ShadowBook),
          markets,
        );
        const last = books.at(-1)?.[name] as ShadowBook;
        expect({ ...totals, net: last.proceeds - last.cost }).toEqual({
          net: totals.net,
          fees: last.fees,
          wins: last.wins,
          closed: last.closed,
        });
        expect(last.wins).toBeLessThanOrEqual(last.closed);
        closed += last.closed;
      }
    }),
    { numRuns: 12 },
  );
  expect(closed).toBeGreaterThan(100);
});

/** What left the book is counted anew, with the quote of the cycle in which it left and the fee of 1.2 %. */
function replayedByHand(books: readonly ShadowBook[], markets: readonly MarketSnapshot[]) {
  const left = books.flatMap(({ open }, i) =>
    Object.entries(books[i - 1]?.open ?? {}).flatMap(([id, position]) =>
      id in open ? [] : [{ position, bid: bidOf(id, markets[i]) }],
    ),
  );
  const trades = left.map(({ position, bid }) => {
    const value = (position.quantity * bid) / 10n ** 12n;
    const fee = (value * 12n + 999n) / 1000n;
    return { made: value - fee - position.cost, fees: position.fee + fee };
  });
  return {
    net: trades.reduce((sum, { made }) => sum + made, 0n),
    fees: trades.reduce((sum, { fees }) => sum + fees, 0n),
    wins: trades.filter(({ made }) => made > 0n).length,
    closed: trades.length,
  };
}

function bidOf(id: string, market: MarketSnapshot | undefined): bigint {
  return market?.symbols.find(({ productId }) => productId === id)?.quote?.bid ?? 0n;
}

function backwards(account: Account): Account {
  const turned = <Item>(items: Readonly<Record<string, Item>>) =>
    Object.fromEntries(Object.entries(items).toReversed()) as Record<string, Item>;
  const shadow = Object.entries(turned(account.shadow)).map(([name, book]) => [
    name,
    { ...book, open: turned(book.open) as ShadowBook['open'] },
  ]);
  return { ...account, shadow: Object.fromEntries(shadow) as Account['shadow'] };
}
