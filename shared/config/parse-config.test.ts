import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { usd } from '../core/money/fixed.ts';
import { strategyModules } from '../core/strategies/registry.ts';
import { type ConfigNode, leavesOf } from './config-node.ts';
import { parseConfig } from './parse-config.ts';
import { readYaml } from './read-yaml.ts';
import { configFiles, SECTIONS, STAGES, sectionFile } from './stages.ts';
import { appended, edited, faultsIn, loadedFrom, shippedTexts, type Texts } from './testing/shipped.ts';

const local = shippedTexts('local');

describe('parseConfig', () => {
  it('merges the overlay over the base and remembers where every value stands', () => {
    const { leaves, decision } = loadedFrom(local, 'local');

    const originOf = (path: string) => leaves.find((leaf) => leaf.path.join('.') === path)?.origin;
    const lineOf = (file: string, part: string) =>
      (local[file] ?? '').split('\n').findIndex((line) => line.includes(part)) + 1;
    expect(decision.policy.risk.cooldown_minutes).toBe(5);
    expect(decision.policy.risk.max_open_positions).toBe(8);
    expect(originOf('policy.risk.cooldown_minutes')).toEqual({
      file: 'stages/local.yaml',
      line: lineOf('stages/local.yaml', 'cooldown_minutes'),
    });
    expect(originOf('policy.risk.max_open_positions')).toEqual({
      file: 'policy.yaml',
      line: lineOf('policy.yaml', 'max_open_positions'),
    });
  });

  it('replaces a list whole instead of joining it', () => {
    const shorter = edited(local, 'stages/local.yaml', '        - PEPE-USD\n', '');
    const { decision } = loadedFrom(edited(shorter, 'stages/local.yaml', ', PEPE-USD]', ']'), 'local');

    expect(decision.universe.tiers.T3.symbols).not.toContain('PEPE-USD');
    expect(decision.universe.tiers.T3.symbols).not.toContain('POL-USD');
  });

  it('lets overrides win over the overlay and judges them like a file', () => {
    const config = loadedFrom(local, 'local', { overrides: { app: { mode: 'DRY_RUN' } } });
    const faults = faultsIn(local, 'local', { overrides: { app: { mode: 'FAST' } } });

    expect(config.app.mode).toBe('DRY_RUN');
    expect(faults).toMatchObject([{ file: '(override)', line: null, path: 'app.mode', value: '"FAST"' }]);
  });

  it('[I10] accepts the word LIVE, which is a wish: sending also needs a live authority', () => {
    const live = edited(shippedTexts('live'), 'stages/live.yaml', 'mode: DRY_RUN', 'mode: LIVE');

    expect(loadedFrom(live, 'live').app.mode).toBe('LIVE');
  });

  it('refuses an override of an unknown section', () => {
    expect(faultsIn(local, 'local', { overrides: { apps: {} } })).toMatchObject([{ path: 'apps' }]);
  });

  it('hands strategies their parsed parameters', () => {
    const { decision } = loadedFrom(local, 'local');

    for (const [name, { params }] of Object.entries(decision.signals.strategy)) {
      expect(strategyModules[name]?.bind(params).warmupBars).toBeGreaterThan(0);
    }
  });

  it('refuses a strategy that one page of candles cannot feed', () => {
    const donchian = strategyModules['donchian-breakout'];
    if (donchian === undefined) throw new Error('the registry has no donchian-breakout');
    const hungry = { ...donchian, bind: (params: unknown) => ({ ...donchian.bind(params), warmupBars: 300 }) };

    const faults = faultsIn(local, 'local', { strategies: { ...strategyModules, 'donchian-breakout': hungry } });

    expect(faults).toMatchObject(
      [{ path: 'signals.strategy.donchian-breakout.params', problem: /./ }].map(({ path }) => ({ path })),
    );
    expect(faults[0]?.problem).toContain('needs 300 bars');
  });

  it('[REQ-C1] catches an unknown key wherever it is put', () => {
    const mappings = SECTIONS.flatMap((section) =>
      mappingPaths(readYaml(sectionFile(section), local[sectionFile(section)] ?? '', []).node, [section]),
    );
    // Names are free in these: a new theme or strategy is judged by the checks between values.
    const closed = mappings.filter(
      (path) => !['universe.themes', 'policy.risk.max_per_theme_pct'].includes(path.join('.')),
    );

    fc.assert(
      fc.property(fc.constantFrom(...closed), fc.stringMatching(/^zz[a-z]{1,8}$/), (path, key) => {
        const overlay = path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), { [key]: 1 });
        const faults = faultsIn({ ...local, 'stages/local.yaml': JSON.stringify(overlay) }, 'local');
        expect(faults.map((fault) => fault.path)).toContain([...path, key].join('.'));
      }),
      { numRuns: 60 },
    );
  });

  it('refuses any prefix of a file that was cut off while it was written', () => {
    const text = local['policy.yaml'] ?? '';

    fc.assert(
      fc.property(fc.integer({ min: 0, max: text.length - 30 }), (length) => {
        expect(faultsIn({ ...local, 'policy.yaml': text.slice(0, length) }, 'local')).not.toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});

describe('trade sizes at an equity', () => {
  const live = shippedTexts('live');
  const faultsAt = (equity: string, texts = live) => faultsIn(texts, 'live', { equityUsd: usd(equity) });

  it('says nothing when every tier can trade in every regime that trades', () => {
    expect(faultsAt('1666.67')).toEqual([]);
  });

  it('[REQ-C1] says with the numbers where no legal trade size is left', () => {
    const faults = faultsAt('1666.66');

    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatchObject({
      file: 'policy.yaml',
      path: 'policy.risk.min_trade_notional_usd',
      value: '"10.00"',
    });
    expect(faults[0]?.problem).toBe(
      'no legal trade size for T3 in a bear market at an equity of $1666.66: the cap is 1 % x 0.6 = $9.99, below the smallest order of $10',
    );
    expect(faults[0]?.remedy).toContain('an equity of at least $1666.67');
  });

  it('leaves out regimes that do not trade', () => {
    const texts = edited(live, 'policy.yaml', 'bear: 0.6', 'bear: 0');

    expect(faultsAt('1000', texts)).toEqual([]);
  });

  it('takes the smaller of position cap and base size', () => {
    const texts = edited(live, 'policy.yaml', 'MEME: 5', 'MEME: 1');
    const capped = ['T1: 3', 'T2: 2'].reduce(
      (all, from) => edited(all, 'policy.yaml', from, `${from.slice(0, 2)}: 1`),
      texts,
    );
    const tight = edited(capped, 'policy.yaml', 'max_position_size_pct: 5', 'max_position_size_pct: 1');

    const sizes = faultsAt('1000', tight).filter(({ path }) => path.endsWith('min_trade_notional_usd'));
    expect(sizes.map(({ problem }) => /T\d in a \w+/.exec(problem)?.[0])).toEqual([
      'T1 in a bear',
      'T2 in a bear',
      'T3 in a bear',
    ]);
  });

  it('says when a conviction threshold lies below every order worth sending', () => {
    const texts = edited(live, 'policy.yaml', 'min_conviction_to_propose: 0.3', 'min_conviction_to_propose: 0.1');
    const faults = faultsAt('2000', texts);

    expect(faults).toMatchObject([{ path: 'policy.proposals.min_conviction_to_propose', value: '0.1' }]);
    expect(faults[0]?.problem).toContain('3 % x 1.2 x 0.1 = $7.20');
    expect(faults[0]?.remedy).toContain('at least 0.14');
  });

  it('uses the starting cash in PAPER when no equity is given', () => {
    const poor = edited(local, 'app.yaml', '"10000.00"', '"500.00"');

    expect(faultsIn(poor, 'local').map(({ problem }) => problem)).toContainEqual(
      expect.stringContaining('an equity of $500'),
    );
    expect(faultsIn(edited(live, 'app.yaml', '"10000.00"', '"500.00"'), 'live')).toEqual([]);
  });
});

describe('the config hash', () => {
  const hashOf = (texts: Texts) => loadedFrom(texts, 'local').decision.configHash;
  const shipped = hashOf(local);

  it('is 16 hex digits', () => {
    expect(shipped).toMatch(/^[0-9a-f]{16}$/);
  });

  it('[I8] stays the same under other comments, formatting and order of keys', () => {
    const commented = appended(local, 'policy.yaml', '# a remark');
    const reordered = edited(local, 'policy.yaml', '    bull: 1.2\n    chop: 1.0', '    chop: 1\n    bull: 1.20');
    const quoted = edited(local, 'policy.yaml', 'override: none', 'override: "none"');

    expect([commented, reordered, quoted].map(hashOf)).toEqual([shipped, shipped, shipped]);
  });

  it('changes with any single value of any file', () => {
    const { leaves } = loadedFrom(local, 'local');
    const numbers = leaves.filter(({ value }) => typeof value === 'number' && value !== 0);

    const hashes = numbers.flatMap(({ path, value }) => {
      const nudged = (value as number) * 0.999999;
      const overrides = path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), nudged);
      const result = parseConfig(local, 'local', { overrides: overrides as Record<string, never> });
      // Whole numbers refuse the nudge.
      return result.kind === 'invalid' ? [] : [result.config.decision.configHash];
    });

    expect(hashes.length).toBeGreaterThan(25);
    expect(new Set([...hashes, shipped]).size).toBe(hashes.length + 1);
    expect(hashOf(edited(local, 'universe.yaml', 'never_trade: [USDT-USD', 'never_trade: [USDC-USD'))).not.toBe(
      shipped,
    );
  });

  it('differs between the stages that ship different values', () => {
    const hashes = STAGES.map((stage) => loadedFrom(shippedTexts(stage), stage).decision.configHash);

    expect(new Set(hashes).size).toBe(STAGES.length);
  });
});

describe('configFiles', () => {
  it('names the files that a bundle of a stage must carry', () => {
    expect(configFiles('dev')).toEqual(['app.yaml', 'policy.yaml', 'universe.yaml', 'signals.yaml', 'stages/dev.yaml']);
  });
});

/** Every mapping of a file, by its path. */
function mappingPaths(node: ConfigNode | undefined, root: readonly string[]): readonly (readonly string[])[] {
  if (node === undefined) return [];
  const parents = leavesOf(node, root).flatMap(({ path }) => path.slice(0, -1).map((_, i) => path.slice(0, i + 1)));
  return [...new Map(parents.map((path) => [path.join('.'), path])).values()];
}
