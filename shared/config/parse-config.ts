import type { DecisionConfig, Signals } from '../core/cycle/decision-config.ts';
import { policySchema, signalsSchema, universeSchema } from '../core/cycle/decision-config.ts';
import type { Usd } from '../core/money/fixed.ts';
import { strategyModules } from '../core/strategies/registry.ts';
import type { StrategyModule } from '../core/strategies/strategy.ts';
import { type App, appSchema } from './app-schema.ts';
import { ALL_CHECKS } from './checks/all-checks.ts';
import type { Sections } from './checks/check.ts';
import { configHash } from './config-hash.ts';
import { type ConfigNode, type Leaf, leavesOf, type Plain, toPlain } from './config-node.ts';
import { type ConfigFault, type Finding, locate } from './fault.ts';
import { readSources } from './read-sources.ts';
import { parseWith } from './schema-findings.ts';
import type { Stage } from './stages.ts';

export interface LoadedConfig {
  readonly stage: Stage;
  readonly app: App;
  readonly decision: DecisionConfig;
  /** The four sections as written, merged. */
  readonly merged: Plain;
  /** Every merged value with the file and line it came from. */
  readonly leaves: readonly Leaf[];
}

export type ConfigResult =
  | { readonly kind: 'ok'; readonly config: LoadedConfig }
  | { readonly kind: 'invalid'; readonly faults: readonly ConfigFault[] };

export interface ConfigOptions {
  /** Merged over the stage's overlay, such as {app: {mode: 'PAPER'}} from the command line. */
  readonly overrides?: { readonly [section: string]: Plain };
  /** Judges trade sizes at this equity. In PAPER the starting cash serves when none is given. */
  readonly equityUsd?: Usd;
  readonly strategies?: Readonly<Record<string, StrategyModule>>;
}

/**
 * The config of a stage from the texts of its files (names as `configFiles` gives them), without touching a disk.
 * All faults at once: those of the files, of every value, and between values.
 */
export function parseConfig(
  texts: Readonly<Record<string, string>>,
  stage: Stage,
  { overrides = {}, equityUsd, strategies = strategyModules }: ConfigOptions = {},
): ConfigResult {
  const { root, unread, faults: fileFaults } = readSources(texts, stage, overrides);
  const { sections, findings } = parseSections(root, unread, strategies);

  const paperCash = sections.app?.mode === 'PAPER' ? sections.app.paper.starting_cash_usd : null;
  const context = { stage, strategies, equityUsd: equityUsd ?? paperCash };
  const conflicts = ALL_CHECKS.flatMap((check) => check(sections, context));

  const faults = [...fileFaults, ...[...findings, ...conflicts].map((finding) => locate(root, finding))];
  if (faults.length > 0 || !isComplete(sections)) return { kind: 'invalid', faults };
  return { kind: 'ok', config: loaded(stage, root, sections) };
}

interface ParsedSections {
  readonly sections: Partial<Sections>;
  readonly findings: readonly Finding[];
}

/** `unread` sections have a broken file: their missing values would only repeat that. */
function parseSections(
  root: ConfigNode,
  unread: ReadonlySet<string>,
  strategies: Readonly<Record<string, StrategyModule>>,
): ParsedSections {
  const plain = toPlain(root) as Readonly<Record<string, Plain>>;
  const app = parseWith(appSchema, plain['app'], ['app']);
  const policy = parseWith(policySchema, plain['policy'], ['policy']);
  const universe = parseWith(universeSchema, plain['universe'], ['universe']);
  const signals = parseWith(signalsSchema, plain['signals'], ['signals']);
  const params = signals.kind === 'ok' ? parseParams(signals.value, strategies) : undefined;

  const findings = [app, policy, universe, signals].flatMap((parsed) => (parsed.kind === 'ok' ? [] : parsed.findings));
  return {
    sections: {
      ...(app.kind === 'ok' && { app: app.value }),
      ...(policy.kind === 'ok' && { policy: policy.value }),
      ...(universe.kind === 'ok' && { universe: universe.value }),
      ...(params !== undefined && { signals: params.signals }),
    },
    findings: [...findings, ...(params?.findings ?? [])].filter(({ path }) => !unread.has(path[0] ?? '')),
  };
}

/** Each strategy's own schema has the word on its parameters; an unknown strategy is left to the checks. */
function parseParams(
  signals: Signals,
  strategies: Readonly<Record<string, StrategyModule>>,
): { readonly signals: Signals; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const entries = Object.entries(signals.strategy).map(([name, settings]) => {
    const module = Object.hasOwn(strategies, name) ? strategies[name] : undefined;
    if (module === undefined) return [name, settings] as const;
    const parsed = parseWith(module.params, settings.params as Plain, ['signals', 'strategy', name, 'params']);
    if (parsed.kind === 'invalid') findings.push(...parsed.findings);
    const params = parsed.kind === 'ok' ? (parsed.value as Signals['strategy'][string]['params']) : settings.params;
    return [name, { ...settings, params }] as const;
  });
  return { signals: { ...signals, strategy: Object.fromEntries(entries) }, findings };
}

function isComplete(sections: Partial<Sections>): sections is Sections {
  return [sections.app, sections.policy, sections.universe, sections.signals].every((section) => section !== undefined);
}

function loaded(stage: Stage, root: ConfigNode, { app, policy, universe, signals }: Sections): LoadedConfig {
  const merged = toPlain(root);
  const decision = { botId: app.bot_id, configHash: configHash(merged), policy, universe, signals };
  return { stage, app, decision, merged, leaves: leavesOf(root) };
}
