import type { DecisionConfig } from '../../shared/core/cycle/decision-config.ts';
import type { Candidate } from '../../shared/core/integrator/candidate.ts';
import type { ProductId } from '../../shared/core/market/product.ts';
import type { SymbolSnapshot } from '../../shared/core/market/snapshot.ts';
import { price, quantity, ratio, usd, ZERO_QUANTITY, ZERO_USD } from '../../shared/core/money/fixed.ts';
import type { Account } from '../../shared/core/portfolio/account.ts';
import { marksAt } from '../../shared/core/portfolio/marks.ts';
import { equityOf } from '../../shared/core/portfolio/valuation.ts';
import { regimeOf } from '../../shared/core/regime/regime.ts';
import { assess } from '../../shared/core/risk/assess.ts';
import { exposureOf } from '../../shared/core/risk/exposure.ts';
import { gatesOf } from '../../shared/core/risk/gates.ts';
import { riskRules } from '../../shared/core/risk/rules.ts';
import type { RiskView } from '../../shared/core/risk/view.ts';
import type { TradeProposal } from '../../shared/core/strategies/strategy.ts';
import { buildUniverse } from '../../shared/core/universe/universe.ts';
import { accountOf, BTC, calmMarket, configOf, SOL, snapshotOf, symbolOf } from './world.ts';

/** Round figures: bid 99.90, ask 100, no slippage worth a tick, no fee. */
const market = calmMarket().map((symbol) => even(symbol));

export function even(symbol: SymbolSnapshot): SymbolSnapshot {
  return symbolOf(symbol.productId, {
    quote: { bid: price('99.9'), ask: price('100') },
    product: { priceIncrement: price('1'), baseIncrement: quantity('0.0001') },
  });
}

export function viewOf(
  patch: {
    readonly account?: Partial<Account>;
    readonly config?: DecisionConfig;
    readonly symbols?: readonly SymbolSnapshot[];
    readonly snapshot?: Parameters<typeof snapshotOf>[1];
  } = {},
): RiskView {
  const config = patch.config ?? configOf();
  const account = accountOf(patch.account);
  const snapshot = snapshotOf(patch.symbols ?? market, {
    fees: { maker: ratio('0'), taker: ratio('0'), source: 'account' },
    ...patch.snapshot,
  });
  const symbols = new Map(snapshot.symbols.map((symbol) => [symbol.productId, symbol]));
  const equity = equityOf(account, snapshot, config.policy.data);
  const regime = regimeOf(config.policy, snapshot);
  const marks = marksAt(account, equity, snapshot.slotMs, config.policy.risk.rolling_drawdown_days);
  return {
    config,
    snapshot,
    symbols,
    universe: new Map(
      buildUniverse(snapshot, config, [{ interval: '1m', warmupBars: 20 }]).map((record) => [record.symbol, record]),
    ),
    gates: gatesOf(snapshot, config, equity, account, marks),
    regime,
    multiplier: regime.multiplier,
    equity,
    marks,
    account,
    exposure: exposureOf(account, snapshot, symbols, config),
  };
}

export function entry(dollars: string, symbol: ProductId = BTC, patch: Partial<TradeProposal> = {}): Candidate {
  const proposal: TradeProposal = {
    symbol,
    side: 'BUY',
    notional_pct: 1,
    stop_loss_pct: 4,
    take_profit_pct: 8,
    conviction: 0.5,
    strategy: 'donchian-breakout',
    reason: 'breakout',
    trigger: {},
    ...patch,
  };
  const { strategy, reason } = proposal;
  return {
    symbol,
    side: 'BUY',
    purpose: 'entry',
    strategy,
    reason,
    proposal,
    agreedBy: [strategy],
    budget: usd(dollars),
    quantity: ZERO_QUANTITY,
    records: [],
  };
}

export function exit(size: string, symbol: ProductId = SOL): Candidate {
  return {
    symbol,
    side: 'SELL',
    purpose: 'exit',
    strategy: 'donchian-breakout',
    reason: 'stop',
    proposal: null,
    agreedBy: [],
    budget: ZERO_USD,
    quantity: quantity(size),
    records: [],
  };
}

export function reasonOf(candidate: Candidate, view: RiskView): string {
  const assessment = assess(candidate, view, riskRules, 'id');
  return assessment.kind === 'approved' ? 'approved' : assessment.riskReason;
}
