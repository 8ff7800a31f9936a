import { describe, expect, it } from 'vitest';
import { viewOf } from '../../../test/core/risk-world.ts';
import { AS_OF_MS, BTC, configOf, DOGE, ETH, SLOT_MS, SOL, symbolOf } from '../../../test/core/world.ts';
import type { ProductId } from '../market/product.ts';
import type { Quote } from '../market/quote.ts';
import { price, quantity, ratio, toText, usd } from '../money/fixed.ts';
import type { ShadowBook } from '../portfolio/account.ts';
import type { RiskView } from '../risk/view.ts';
import type { TradeProposal } from '../strategies/strategy.ts';
import { nextShadowBooks } from './shadow-book.ts';

const NAME = 'donchian-breakout';
const MAX_HOLD_MS = 72 * 3_600_000;
function shadowed(mostOpen = 8, settings = { enabled: true, shadow: true }): RiskView['config'] {
  const config = configOf({
    policy: {
      // Round figures: the ask of 100 is bought at 101.
      execution: { slippage_budget_bps: { T1: 100 } },
      risk: { max_open_positions: mostOpen },
    },
    signals: { strategy: { [NAME]: settings } },
  });
  const { data } = config.policy;
  // Bars of any age since 2000 will do: what is tested here are quotes and the clock of a position.
  return { ...config, policy: { ...config.policy, data: { ...data, max_ohlcv_age_seconds: 1e9 } } };
}

interface Scene {
  readonly bid?: string;
  readonly quote?: Partial<Quote> | null;
  readonly symbol?: Omit<NonNullable<Parameters<typeof symbolOf>[1]>, 'quote'>;
  readonly book?: ShadowBook;
  readonly asOfMs?: number;
  readonly config?: RiskView['config'];
  readonly killed?: string;
}

/** A fee of 2 %, and an equity of which 5 % is what ten coins cost at 101 with that fee. */
function sceneOf({ bid = '99', quote, symbol, book, asOfMs = AS_OF_MS, config, killed }: Scene = {}): RiskView {
  const timeMs = asOfMs - 500;
  const own = quote === null ? null : { bid: price(bid), ask: price('100'), timeMs, ...quote };
  // The others are well: with every symbol stale a gate would stop everything.
  const market = [
    symbolOf(BTC, { ...symbol, quote: own }),
    ...[ETH, SOL, DOGE].map((id) => symbolOf(id, { quote: { timeMs } })),
  ];
  return viewOf({
    account: { cash: usd('20604'), shadow: book === undefined ? {} : { [NAME]: book } },
    config: config ?? shadowed(),
    symbols: market,
    snapshot: {
      asOfMs,
      fees: { maker: ratio('0.01'), taker: ratio('0.02'), source: 'account' },
      conditions: { killed: killed ?? null },
    },
  });
}

function proposal(side: 'BUY' | 'SELL', patch: Partial<TradeProposal> = {}): TradeProposal {
  return {
    symbol: BTC,
    side,
    notional_pct: 5,
    stop_loss_pct: 4,
    take_profit_pct: 8,
    conviction: 0.5,
    strategy: NAME,
    reason: 'breakout',
    trigger: {},
    ...patch,
  };
}

const bookOf = (proposals: readonly TradeProposal[], scene: Scene = {}): ShadowBook =>
  nextShadowBooks(proposals, sceneOf(scene))[NAME] as ShadowBook;

/** Ten coins at 101 and the fee: stop 96, target 108. */
const HELD = bookOf([proposal('BUY')]);
const FRESH = bookOf([]);

describe('a proposal to buy', () => {
  it('opens at the ask and the slippage budget, with the fee, for the share of equity that it names', () => {
    expect(HELD).toEqual({
      since_ms: SLOT_MS,
      open: {
        [BTC]: {
          quantity: quantity('10'),
          cost: usd('1030.2'),
          fee: usd('20.2'),
          opened_at_ms: AS_OF_MS,
          stop_price: price('96'),
          take_profit_price: price('108'),
        },
      },
      closed: 0,
      wins: 0,
      notional: usd('0'),
      cost: usd('0'),
      proceeds: usd('0'),
      fees: usd('0'),
      unscored: 0,
    });
  });

  it.each<[string, Partial<TradeProposal>, Scene]>([
    ['for a symbol that it holds', {}, { book: HELD }],
    ['of more than its tier allows', { notional_pct: 5.01 }, {}],
    ['of nothing', { notional_pct: 0 }, {}],
    ['to sell short by a negative size', { notional_pct: -5 }, {}],
    ['with a stop out of bounds', { stop_loss_pct: 10.1 }, {}],
    ['with too little conviction', { conviction: 0.29 }, {}],
    ['too small to send', { notional_pct: 0.01 }, {}],
    ['on a stale quote', {}, { quote: { timeMs: AS_OF_MS - 5_001 } }],
    ['without a quote', {}, { quote: null }],
    ['on bars that are stale', {}, { symbol: { lastTradedBarIndex: 0 } }],
    ['on a product out of trading', {}, { symbol: { product: null } }],
    ['under the kill switch', {}, { killed: 'drill' }],
  ])('%s opens nothing', (_, patch, scene) => {
    expect(bookOf([proposal('BUY', patch)], scene)).toEqual(scene.book ?? FRESH);
  });

  it('of another strategy opens nothing here', () => {
    expect(bookOf([proposal('BUY', { strategy: 'another' })])).toEqual(FRESH);
  });

  it('opens no more positions than the policy lets be open, the first ones first', () => {
    const config = shadowed(2);
    const wanted = [SOL, ETH, BTC].map((symbol) => proposal('BUY', { symbol, notional_pct: 3 }));

    expect(Object.keys(bookOf(wanted, { config }).open)).toEqual([SOL, ETH]);
  });
});

describe('a position in the book', () => {
  const RISEN = { closes: Array.from({ length: 60 }, () => 108) };
  const LATER_MS = AS_OF_MS + 1000;

  it.each<[string, Scene, readonly ProductId[], string, string, number]>([
    // Sums of the one trade: what ten coins fetched less 2 %, and both fees.
    ['one tick above the stop stays', { bid: '96.01' }, [], '0', '0', 0],
    ['at the stop is sold', { bid: '96' }, [], '940.8', '39.4', 0],
    ['below the stop after a gap is sold at the bid as it is', { bid: '80' }, [], '784', '36.2', 0],
    [
      'one tick below the target stays',
      { bid: '107.99', quote: { ask: price('108') }, symbol: RISEN },
      [],
      '0',
      '0',
      0,
    ],
    ['at the target is sold', { bid: '108', quote: { ask: price('109') }, symbol: RISEN }, [], '1058.4', '41.8', 1],
    [
      'is not sold at the target by a tick that is an outlier',
      { bid: '150', quote: { ask: price('151') } },
      [],
      '0',
      '0',
      0,
    ],
    [
      'fetches no more than the last close from an outlier',
      { bid: '150', quote: { ask: price('151') } },
      [BTC],
      '975.1',
      '40.1',
      0,
    ],
    ['one ms before its time is over stays', { asOfMs: AS_OF_MS + MAX_HOLD_MS - 1 }, [], '0', '0', 0],
    ['is sold when its time is over', { asOfMs: AS_OF_MS + MAX_HOLD_MS }, [], '970.2', '40', 0],
    ['is sold when its strategy says so', {}, [BTC], '970.2', '40', 0],
    ['stays when its strategy sells something else', {}, [ETH], '0', '0', 0],
  ])('%s', (_, scene, sold, proceeds, fees, wins) => {
    const { asOfMs = LATER_MS } = scene;
    const book = bookOf(
      sold.map((symbol) => proposal('SELL', { symbol })),
      { ...scene, asOfMs, book: HELD },
    );

    const isClosed = proceeds !== '0';
    expect([toText(book.proceeds), toText(book.fees), book.wins]).toEqual([proceeds, fees, wins]);
    expect([toText(book.notional), toText(book.cost), book.closed]).toEqual(
      isClosed ? ['1010', '1030.2', 1] : ['0', '0', 0],
    );
    expect(Object.keys(book.open)).toEqual(isClosed ? [] : [BTC]);
    expect(book.since_ms).toBe(SLOT_MS);
  });

  it.each<[string, Scene]>([
    ['the quote is stale', { quote: { bid: price('80'), timeMs: AS_OF_MS - 5_001 } }],
    ['there is no quote', { quote: null }],
    ['nothing has traded lately', { bid: '80', symbol: { lastTradedBarIndex: 0 } }],
    ['the book is crossed', { bid: '80', quote: { ask: price('79') } }],
    ['the product takes no orders', { bid: '80', symbol: { product: { flags: halted() } } }],
    ['the kill switch is pulled', { bid: '80', killed: 'drill' }],
  ])('waits while %s', (_, scene) => {
    expect(bookOf([proposal('SELL')], { ...scene, book: HELD })).toEqual(HELD);
  });

  it('[REQ-X3] is rounded against the strategy: what it fetches down, the fee up', () => {
    const tiny = { ...HELD.open[BTC], quantity: quantity('0.000000000241'), cost: usd('0'), fee: usd('0') };
    const book = bookOf([], { bid: '0.5', book: { ...HELD, open: { [BTC]: tiny } } as ShadowBook });

    // 120.5 becomes 120, and 2 % of it 3.
    expect([toText(book.proceeds), toText(book.fees)]).toEqual(['0.000000000117', '0.000000000003']);
  });

  it('is given up, scored neither way, when there is no price for twice the longest holding time', () => {
    const waiting = (ms: number) => bookOf([], { quote: null, asOfMs: AS_OF_MS + ms, book: HELD });

    expect(waiting(2 * MAX_HOLD_MS - 1)).toEqual(HELD);
    expect(waiting(2 * MAX_HOLD_MS)).toEqual({ ...FRESH, unscored: 1 });
  });

  it('is not bought again in the cycle that sold it', () => {
    expect(bookOf([proposal('BUY')], { bid: '96', book: HELD }).open).toEqual({});
  });
});

describe('a book', () => {
  it.each([
    ['is kept while its strategy is a shadow', { enabled: true, shadow: true }, [NAME]],
    ['ends when its strategy gets authority', { enabled: true, shadow: false }, []],
    ['ends when its strategy is switched off', { enabled: false, shadow: true }, []],
  ])('%s', (_, settings, names) => {
    const books = nextShadowBooks([], sceneOf({ book: HELD, config: shadowed(8, settings) }));

    expect(Object.keys(books)).toEqual(names);
    expect(books[NAME]).toEqual(names.length === 0 ? undefined : HELD);
  });
});

function halted() {
  const { flags } = symbolOf(BTC).product as NonNullable<ReturnType<typeof symbolOf>['product']>;
  return { ...flags, tradingDisabled: true };
}
