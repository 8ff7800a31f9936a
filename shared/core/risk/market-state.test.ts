import { describe, expect, it } from 'vitest';
import { entry, exit, reasonOf, viewOf } from '../../../test/core/risk-world.ts';
import {
  AS_OF_MS,
  accountOf,
  BTC,
  breakdown,
  calmMarket,
  configOf,
  DOGE,
  ETH,
  positionOf,
  SOL,
  snapshotOf,
  symbolOf,
} from '../../../test/core/world.ts';
import { decide } from '../cycle/decide.ts';
import { strategyViewOf } from '../cycle/strategy-view.ts';
import type { ProductId } from '../market/product.ts';
import { price } from '../money/fixed.ts';
import { bindStrategies } from '../strategies/bind.ts';
import { strategyModules } from '../strategies/registry.ts';

const old = (id: ProductId) => symbolOf(id, { quote: { timeMs: AS_OF_MS - 5001 } });
const gatesIn = (stale: readonly ProductId[], max_stale_symbols_pct = 50) =>
  viewOf({
    config: configOf({ policy: { data: { max_stale_symbols_pct } } }),
    symbols: calmMarket().map((symbol) => (stale.includes(symbol.productId) ? old(symbol.productId) : symbol)),
  }).gates.map(({ gate, blocks }) => [gate, blocks]);

describe('[REQ-ST1] stale data everywhere', () => {
  it.each([
    ['one of four', [SOL], []],
    ['exactly the share allowed', [SOL, DOGE], []],
    ['one more than the share allowed', [SOL, DOGE, ETH], [['staleness', 'entries']]],
    ['the reference of the market alone', [BTC], [['staleness', 'entries']]],
    ['everything', [BTC, DOGE, ETH, SOL], [['staleness', 'all']]],
  ] as const)('stops what it should: %s', (_, stale, gates) => {
    expect(gatesIn(stale)).toEqual(gates);
  });

  it('does not count what the exchange does not list: there is nothing to be fresh', () => {
    const gone = [BTC, ETH, SOL].map((id) => symbolOf(id, { product: null, quote: null, lastTradedBarIndex: null }));

    expect(viewOf({ symbols: [...gone, symbolOf(DOGE)] }).gates).toEqual([]);
  });

  it('raises STALENESS once for the bot and once for each symbol', () => {
    const { breaches } = decide(snapshotOf([old(BTC), symbolOf(ETH)]), accountOf(), configOf());

    expect(breaches.filter(({ kind }) => kind === 'STALENESS').map(({ subject }) => subject)).toEqual(['account', BTC]);
  });
});

describe('[REQ-O1] a price that jumped', () => {
  const held = { positions: { [SOL]: positionOf('1', { stop_price: price('85') }) } };
  const crashed = symbolOf(SOL, { closes: breakdown(), quote: { bid: price('80'), ask: price('80.02') } });

  it('is entered by nobody, and a position may still be left', () => {
    const jumped = viewOf({ symbols: [crashed] });

    expect(reasonOf(entry('100', SOL), jumped)).toBe('outlier');
    expect(reasonOf(exit('1'), viewOf({ account: held, symbols: [crashed] }))).toBe('approved');
  });

  it('is nothing that a strategy is asked about, for a symbol it holds neither', () => {
    const [ready] = bindStrategies(configOf().signals, strategyModules).filter((each) => each.kind === 'ready');
    const shownIn = (symbol: typeof crashed) =>
      ready === undefined ? [] : strategyViewOf(ready, viewOf({ account: held, symbols: [symbol] })).symbols;

    expect(shownIn(symbolOf(SOL)).map(({ productId }) => productId)).toEqual([SOL]);
    expect(shownIn(crashed)).toEqual([]);
  });

  it('fires the stop that it crossed, and says OUTLIER with its figures', () => {
    const { orders, breaches, universe } = decide(snapshotOf([crashed, symbolOf(BTC)]), accountOf(held), configOf());

    expect(orders.map(({ product_id, reason }) => [product_id, reason])).toEqual([[SOL, 'stop']]);
    expect(breaches.find(({ kind }) => kind === 'OUTLIER')).toMatchObject({
      subject: SOL,
      detail: expect.stringMatching(/^outlier \{"move_bps":-19/),
    });
    expect(universe.find(({ symbol }) => symbol === SOL)).toMatchObject({
      eligible: false,
      exclusion_reason: 'outlier',
      figures: { outlier_sigma: 6 },
    });
  });
});

describe('[REQ-U1] what a decision remembers of the universe', () => {
  it('is the step of every symbol, from the memory of the account', () => {
    const config = configOf({ universe: { hysteresis: { cycles_to_enter: 2, cycles_to_leave: 2 } } });
    const account = accountOf({
      universe_memory: { [BTC]: { member: false, cycles: 1 }, [ETH]: { member: true, cycles: 0 } },
    });

    const { account_changes, reasons } = decide(snapshotOf([symbolOf(BTC), old(ETH), symbolOf(SOL)]), account, config);

    expect(account_changes.universe_memory).toEqual({
      [BTC]: { member: true, cycles: 0 },
      [ETH]: { member: true, cycles: 1 },
      [SOL]: { member: false, cycles: 1 },
    });
    expect(reasons.map(({ symbol, reason }) => [symbol, reason])).toEqual([
      [BTC, 'no_signal'],
      [DOGE, 'data_missing'],
      [ETH, 'stale_quote'],
      [SOL, 'hysteresis'],
    ]);
  });
});
