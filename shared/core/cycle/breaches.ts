import type { AlertKind } from '../alerts/catalogue.ts';
import type { ProductId } from '../market/product.ts';
import { stalenessOf } from '../market/staleness.ts';
import type { Account } from '../portfolio/account.ts';
import { heldSymbols, markOf } from '../portfolio/valuation.ts';
import { exposureBreaches } from '../risk/exposure-breaches.ts';
import type { Gate } from '../risk/gates.ts';
import type { RiskView } from '../risk/view.ts';
import type { Decision, StrategyRecord, UniverseRecord } from './decision.ts';

type Breach = Decision['breaches'][number];

/** Stable words for alerts: the live figures stand in the detail only. */
const GATE_KINDS = {
  kill: 'KILL_SWITCH',
  rearmed: 'REARMED',
  clock: 'CLOCK',
  exchange: 'EXCHANGE',
  staleness: 'STALENESS',
  ledger: 'LEDGER',
  operator: 'OPERATOR_SILENT',
  dead_letters: 'DEAD_LETTERS',
  drawdown: 'DRAWDOWN',
  daily_stop: 'DAILY_STOP',
  weekly_stop: 'WEEKLY_STOP',
  loss_streak: 'LOSS_STREAK',
} as const satisfies Record<Gate['gate'], AlertKind>;

/** The figures of a record that tell about its reason. */
const EXCLUSION_KINDS: Readonly<Record<string, { readonly kind: AlertKind; readonly figures: readonly string[] }>> = {
  stale_quote: { kind: 'STALENESS', figures: ['quote_age_seconds', 'max_quote_age_seconds'] },
  stale_bars: { kind: 'STALENESS', figures: ['bar_age_seconds', 'max_bar_age_seconds'] },
  outlier: { kind: 'OUTLIER', figures: ['move_bps', 'sigma_bps', 'move_sigmas', 'outlier_sigma'] },
  product_disabled: { kind: 'PRODUCT_DISABLED', figures: ['blocked_by', 'permitted'] },
  data_missing: { kind: 'DATA_MISSING', figures: ['faults'] },
  no_quote: { kind: 'DATA_MISSING', figures: ['bid', 'ask'] },
};

/** What somebody should hear about: gates, symbols without sound data, failed strategies, positions without a price. */
export function breachesOf(strategies: readonly StrategyRecord[], view: RiskView): readonly Breach[] {
  return [
    ...view.gates.map(({ gate, reason }) => ({ kind: GATE_KINDS[gate], subject: 'account', detail: reason })),
    ...regimeBreaches(view),
    ...[...view.universe.values()].flatMap(exclusionBreach),
    ...heldSymbols(view.account).flatMap((symbol) => heldBreaches(symbol, view)),
    ...exposureBreaches(view).map((breach) => ({ kind: 'EXPOSURE' as const, ...breach })),
    ...frozenBreaches(view.account),
    ...strategies.flatMap((record) =>
      record.status === 'failed'
        ? [{ kind: 'STRATEGY_FAILED' as const, subject: record.strategy, detail: record.detail }]
        : [],
    ),
  ];
}

/** Ascending: in which order they were frozen is not in the archive [I8]. */
function frozenBreaches({ frozen }: Account): readonly Breach[] {
  const found = Object.entries(frozen).sort(([a], [b]) => (a < b ? -1 : 1));
  return found.map(([subject, detail]) => ({ kind: 'LEDGER', subject, detail }));
}

/** The regime is then a cautious guess, which nobody should trade on for days without knowing. */
function regimeBreaches({ regime: { source, name }, config }: RiskView): readonly Breach[] {
  if (source === 'bars' || source === 'override') return [];
  const detail = `no daily close to tell the regime by (${source}): taken for ${name}`;
  return [{ kind: 'DATA_MISSING', subject: config.policy.regime.reference, detail }];
}

function exclusionBreach({ symbol, exclusion_reason, figures }: UniverseRecord): readonly Breach[] {
  const told = exclusion_reason === null ? undefined : EXCLUSION_KINDS[exclusion_reason];
  if (told === undefined) return [];
  const own = Object.fromEntries(Object.entries(figures).filter(([name]) => told.figures.includes(name)));
  return [{ kind: told.kind, subject: symbol, detail: `${exclusion_reason} ${JSON.stringify(own)}` }];
}

/** A position is watched even where the universe no longer names its symbol. */
function heldBreaches(id: ProductId, { symbols, snapshot, config, universe }: RiskView): readonly Breach[] {
  const symbol = symbols.get(id);
  const stale = symbol && stalenessOf(symbol, snapshot.asOfMs, snapshot.baseInterval, config.policy.data);
  const mark = markOf(symbol, snapshot);
  const breaches: readonly (readonly Breach[])[] = [
    stale && !universe.has(id) ? [{ kind: 'STALENESS', subject: id, detail: stale.reason }] : [],
    mark === null ? [{ kind: 'VALUATION', subject: id, detail: 'no price is known: valued at cost' }] : [],
    mark?.source === 'last_close'
      ? [{ kind: 'VALUATION', subject: id, detail: 'no quote: valued at its last close' }]
      : [],
  ];
  return breaches.flat();
}
