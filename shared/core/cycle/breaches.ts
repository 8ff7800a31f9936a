import type { ProductId } from '../market/product.ts';
import { stalenessOf } from '../market/staleness.ts';
import { heldSymbols, markOf } from '../portfolio/valuation.ts';
import { exposureBreaches } from '../risk/exposure-breaches.ts';
import type { Gate } from '../risk/gates.ts';
import type { RiskView } from '../risk/view.ts';
import type { Decision, StrategyRecord } from './decision.ts';

type Breach = Decision['breaches'][number];

/** Stable words for alerts: the live figures stand in the detail only. */
const GATE_KINDS = {
  kill: 'KILL_SWITCH',
  clock: 'CLOCK',
  exchange: 'EXCHANGE',
  staleness: 'STALENESS',
  ledger: 'LEDGER',
  drawdown: 'DRAWDOWN',
  daily_stop: 'DAILY_STOP',
  weekly_stop: 'WEEKLY_STOP',
  loss_streak: 'LOSS_STREAK',
} as const satisfies Record<Gate['gate'], string>;

const EXCLUSION_KINDS: Readonly<Record<string, string>> = {
  stale_quote: 'STALENESS',
  stale_bars: 'STALENESS',
  product_disabled: 'PRODUCT_DISABLED',
  data_missing: 'DATA_MISSING',
  no_quote: 'DATA_MISSING',
};

/** What somebody should hear about: gates, symbols without sound data, failed strategies, positions without a price. */
export function breachesOf(strategies: readonly StrategyRecord[], view: RiskView): readonly Breach[] {
  return [
    ...view.gates.map(({ gate, reason }) => ({ kind: GATE_KINDS[gate], subject: 'account', detail: reason })),
    ...[...view.universe.values()].flatMap(({ symbol, exclusion_reason, figures }) => {
      const kind = exclusion_reason === null ? undefined : EXCLUSION_KINDS[exclusion_reason];
      return kind === undefined
        ? []
        : [{ kind, subject: symbol, detail: `${exclusion_reason} ${JSON.stringify(figures)}` }];
    }),
    ...heldSymbols(view.account).flatMap((symbol) => heldBreaches(symbol, view)),
    ...exposureBreaches(view).map((breach) => ({ kind: 'EXPOSURE', ...breach })),
    ...Object.entries(view.account.frozen).map(([symbol, detail]) => ({ kind: 'LEDGER', subject: symbol, detail })),
    ...strategies
      .filter(({ status }) => status === 'failed')
      .map(({ strategy, detail }) => ({
        kind: 'STRATEGY_FAILED',
        subject: strategy,
        detail: detail ?? 'no reason given',
      })),
  ];
}

/** A position is watched even where the universe no longer names its symbol. */
function heldBreaches(id: ProductId, { symbols, snapshot, config, universe }: RiskView): readonly Breach[] {
  const symbol = symbols.get(id);
  const stale = symbol && stalenessOf(symbol, snapshot.asOfMs, snapshot.baseInterval, config.policy.data);
  const mark = markOf(symbol, snapshot);
  return [
    stale && !universe.has(id) ? [{ kind: 'STALENESS', subject: id, detail: stale.reason }] : [],
    mark === null ? [{ kind: 'VALUATION', subject: id, detail: 'no price is known: valued at cost' }] : [],
    mark?.source === 'last_close'
      ? [{ kind: 'VALUATION', subject: id, detail: 'no quote: valued at its last close' }]
      : [],
  ].flat();
}
