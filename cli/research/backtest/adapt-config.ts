import { canonicalJson } from '../../../shared/core/cycle/canonical-json.ts';
import type { DecisionConfig, Tier } from '../../../shared/core/cycle/decision-config.ts';
import { TIERS } from '../../../shared/core/cycle/tiers.ts';
import { INTERVAL_MS, type Interval } from '../../../shared/core/market/interval.ts';
import type { ProductId } from '../../../shared/core/market/product.ts';
import { UserError } from '../../user-error.ts';
import { sha256 } from './hashes.ts';

export interface Adapted {
  readonly config: DecisionConfig;
  /** Everything that is not as the files say, in words: it stands in the report. */
  readonly adaptations: readonly string[];
}

export interface Wish {
  readonly interval: Interval;
  /** Symbols that there are bars of. */
  readonly symbols: readonly ProductId[];
  /** undefined: as the config has them enabled. */
  readonly strategies: readonly string[] | undefined;
}

/**
 * The config of a stage as the data at hand can show it. What bars cannot show (an order that lives shorter than one of
 * them) is decided the dear way. Every change is put into words, and the hash is that of the config as it was run.
 */
export function adaptConfig(source: DecisionConfig, wish: Wish): Adapted {
  const said: string[] = [];
  const say = (text: string) => void said.push(text);
  const universe = withData(source, wish.symbols, say);
  const signals = onBars(chosen(source, wish.strategies), wish.interval, say);
  const policy = withRoutes(source, wish.interval, say);
  const config = { ...source, policy, universe, signals };
  const configHash = sha256(canonicalJson({ ...config, configHash: source.configHash }));
  return { config: { ...config, configHash }, adaptations: said };
}

function withData(
  { universe }: DecisionConfig,
  symbols: readonly ProductId[],
  say: (text: string) => void,
): DecisionConfig['universe'] {
  const kept = (tier: Tier) => universe.tiers[tier].symbols.filter((symbol) => symbols.includes(symbol));
  const named = TIERS.flatMap((tier) => universe.tiers[tier].symbols);
  const without = named.filter((symbol) => !symbols.includes(symbol));
  const untiered = symbols.filter((symbol) => !named.includes(symbol));
  if (named.length === without.length) {
    throw new UserError(
      `no symbol of the data is in a tier of universe.yaml (data: ${symbols.join(', ')}; tiers: ${named.join(', ')})`,
    );
  }
  if (without.length > 0) say(`no bars of ${without.join(', ')}: left out of the universe`);
  if (untiered.length > 0 && !universe.discovery.enabled) say(`in no tier, so never bought: ${untiered.join(', ')}`);
  const withKept = (tier: Tier) => ({ ...universe.tiers[tier], symbols: kept(tier) });
  return { ...universe, tiers: { T1: withKept('T1'), T2: withKept('T2'), T3: withKept('T3') } };
}

function chosen({ signals }: DecisionConfig, strategies: readonly string[] | undefined): DecisionConfig['signals'] {
  if (strategies === undefined) {
    if (Object.values(signals.strategy).some(({ enabled, shadow }) => enabled && !shadow)) return signals;
    throw new UserError('no strategy is enabled in this stage: name some with --strategies, or choose another --stage');
  }
  const unknown = strategies.filter((name) => !Object.hasOwn(signals.strategy, name));
  if (unknown.length > 0) {
    const known = Object.keys(signals.strategy).join(', ');
    throw new UserError(`--strategies: signals.yaml has no ${unknown.join(', ')}; there are: ${known}`);
  }
  const strategy = Object.fromEntries(
    Object.entries(signals.strategy).map(([name, settings]) => [
      name,
      { ...settings, enabled: strategies.includes(name), shadow: false },
    ]),
  );
  return { ...signals, strategy };
}

/** Bars shorter than the data has are replaced by the data's own. */
function onBars(
  signals: DecisionConfig['signals'],
  interval: Interval,
  say: (text: string) => void,
): DecisionConfig['signals'] {
  if (signals.interval !== interval) say(`decided every ${interval} instead of every ${signals.interval}`);
  const strategy = Object.fromEntries(
    Object.entries(signals.strategy).map(([name, settings]) => {
      const isShort = INTERVAL_MS[settings.interval] < INTERVAL_MS[interval];
      if (isShort && settings.enabled) say(`${name} looks at ${interval} bars instead of ${settings.interval}`);
      return [name, isShort ? { ...settings, interval } : settings];
    }),
  );
  return { ...signals, interval, strategy };
}

/** Whether a maker's order of two minutes fills cannot be seen in bars of an hour: then every entry takes. */
function withRoutes(
  { policy }: DecisionConfig,
  interval: Interval,
  say: (text: string) => void,
): DecisionConfig['policy'] {
  const { execution } = policy;
  const shortest = Math.min(...TIERS.map((tier) => execution.maker.ttl_seconds[tier] * 1_000));
  if (execution.entry_route !== 'maker_first' || shortest >= INTERVAL_MS[interval]) return policy;
  say(`entries take: a maker's order of ${shortest / 1_000} s cannot be judged by bars of ${interval}`);
  return { ...policy, execution: { ...execution, entry_route: 'taker' } };
}
