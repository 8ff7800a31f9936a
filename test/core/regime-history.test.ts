import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCandleFile } from '../../shared/adapters/candles/csv.ts';
import { loadConfig } from '../../shared/config/load.ts';
import { SHIPPED_DIR } from '../../shared/config/testing/shipped.ts';
import type { Regime } from '../../shared/core/cycle/decision-config.ts';
import { REGIMES } from '../../shared/core/cycle/tiers.ts';
import { barIndexAt } from '../../shared/core/market/interval.ts';
import { detectRegime } from '../../shared/core/regime/detector.ts';

const FILE = join(process.env['TRADER_DATA_DIR'] ?? '../shared/data', '1d', 'BTC-USDT_1d.csv.gz');

describe.skipIf(!existsSync(FILE))('[REQ-U3] six years of BTC (skipped when TRADER_DATA_DIR is absent)', () => {
  const regimes = existsSync(FILE) ? history() : new Map<number, Regime>();
  const between = (from: string, to: string) => {
    const [first, last] = [from, to].map((date) => barIndexAt(Date.parse(date), '1d')) as [number, number];
    const names = [...regimes].filter(([day]) => day >= first && day < last).map(([, name]) => name);
    return (...wanted: readonly Regime[]) => names.filter((name) => wanted.includes(name)).length / names.length;
  };

  it('print as shares of days', () => {
    const share = between('2017-01-01', '2024-01-01');
    const shares = REGIMES.map((name) => [name, Math.round(share(name) * 1_000) / 10] as const);
    console.log(`${regimes.size} days: ${shares.map(([name, pct]) => `${name} ${pct} %`).join(', ')}`);

    for (const [, pct] of shares) expect(pct).toBeGreaterThan(2);
    expect(shares.reduce((sum, [, pct]) => sum + pct, 0)).toBeCloseTo(100, 0);
  });

  it('show the bear of 2018', () => {
    const share = between('2018-09-01', '2019-01-01');

    expect(share('bear', 'crash')).toBeGreaterThan(0.85);
    expect(share('bull')).toBeLessThan(0.05);
  });

  it('show the crash of March 2020 on the day itself, and for weeks', () => {
    expect(regimes.get(barIndexAt(Date.parse('2020-03-12'), '1d'))).toBe('crash');
    expect(between('2020-03-12', '2020-04-01')('crash')).toBe(1);
    expect(between('2020-02-01', '2020-03-12')('crash')).toBe(0);
  });

  it('show the bull from late 2020 to spring 2021, and the year of losses in 2022', () => {
    expect(between('2020-10-15', '2021-04-15')('bull')).toBeGreaterThan(0.8);
    expect(between('2022-01-01', '2023-01-01')('bull')).toBeLessThan(0.1);
  });

  it('change no more often than every third week', () => {
    const names = [...regimes.values()];
    const changes = names.filter((name, i) => i > 0 && name !== names[i - 1]).length;

    expect(changes).toBeLessThan(names.length / 21);
  });
});

/** The regime after every day that has one, with the shipped thresholds. */
function history(): ReadonlyMap<number, Regime> {
  const loaded = loadConfig({ dir: SHIPPED_DIR, stage: 'live' });
  if (loaded.kind === 'invalid') throw new Error(JSON.stringify(loaded.faults));
  const { regime } = loaded.config.decision.policy;
  const { candles } = readCandleFile(FILE);
  return new Map(
    Array.from(candles.index).flatMap((day) => {
      const detected = detectRegime(candles, day, regime);
      return detected === undefined ? [] : [[day, detected.name] as const];
    }),
  );
}
