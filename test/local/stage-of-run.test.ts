import { join } from 'node:path';
import { expect, test } from 'vitest';
import { gateBinding } from '../../cli/operator/gate-binding.ts';
import { openGateDesk } from '../../cli/operator/gate-desk.ts';
import { loadConfig } from '../../shared/config/load.ts';
import { freshDir, ROOT, run } from './harness.ts';

const config = join(ROOT, 'config');

// Days are filed under the risk config of the run: under another one, none of them would ever count.
test.each(['local', 'paper'] as const)(
  '[REQ-M1] the gates of a run under stage %s are judged by that stage',
  async (stage) => {
    const state = freshDir();
    await run({ mode: 'paper', stage, state, cycles: 1 });
    const loaded = loadConfig({ dir: config, stage });
    if (loaded.kind === 'invalid') throw new Error('the shipped config is not valid');

    const desk = await openGateDesk({ state, config });

    expect(desk.context.riskHash).toBe(gateBinding(loaded.config).riskHash);
    await desk.close();
  },
  30_000,
);
