import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stageConfig as functionConfig } from '../../lambdas/runtime/stage-config.ts';
import { stageConfig } from '../../lib/stage-config.ts';
import { AWS_STAGES } from '../../lib/stage-settings.ts';
import type { Plain } from '../../shared/config/config-node.ts';
import { packConfig } from '../../shared/config/pack-config.ts';
import { riskHash } from '../../shared/config/risk-hash.ts';

describe('the config of a function', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'task-root-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));
  const ship = (files: Readonly<Record<string, string>>) => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  };

  it.each(AWS_STAGES)('is, value by value and by its hash, the one that was checked at synthesis of %s', (stage) => {
    const checked = stageConfig(`${import.meta.dirname}/../../config`, stage);
    ship(packConfig(checked, 'c1'));

    const { app, decision, binding } = functionConfig({ LAMBDA_TASK_ROOT: dir, STAGE: stage });
    expect(app).toEqual(checked.app);
    expect(decision).toEqual(checked.decision);
    expect(binding).toEqual({ code_version: 'c1', risk_hash: riskHash(checked.merged) });
  });

  it('[REQ-M1] names the risk by what may be risked: another mode is the same risk, another cap is not', () => {
    const { merged } = stageConfig(`${import.meta.dirname}/../../config`, 'live');
    const { app, policy, ...others } = merged as { readonly app: object; readonly policy: { readonly risk: object } };
    const rest = { ...others, app: { ...app, mode: 'LIVE' } } as const;

    expect(riskHash({ ...rest, policy } as Plain)).toBe(riskHash(merged));
    const looser = { ...policy, risk: { ...policy.risk, max_total_at_risk_pct: 16 } };
    expect(riskHash({ ...rest, policy: looser } as Plain)).not.toBe(riskHash(merged));
  });

  it('is refused when the file that people read is not the one that was checked', () => {
    const packed = packConfig(stageConfig(`${import.meta.dirname}/../../config`, 'dev'), 'c1');
    const changed = packed['config.json'].replace('"DEBUG"', '"ERROR"');
    expect(changed).not.toBe(packed['config.json']);
    ship({ ...packed, 'config.json': changed });

    expect(() => functionConfig({ LAMBDA_TASK_ROOT: dir, STAGE: 'dev' })).toThrow('was not made from this config.json');
  });

  it('is refused when what was parsed is missing or is something else', () => {
    const packed = packConfig(stageConfig(`${import.meta.dirname}/../../config`, 'dev'), 'c1');
    const read = () => functionConfig({ LAMBDA_TASK_ROOT: dir, STAGE: 'dev' });
    ship({ 'config.json': packed['config.json'] });
    expect(read).toThrow('packed.json');

    ship({ 'packed.json': packed['config.json'] });
    expect(read).toThrow('was not made from this config.json');
  });
});
