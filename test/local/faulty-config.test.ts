import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openBooks } from '../../cli/operator/books.ts';
import { openFolderTable } from '../../cli/operator/folder-table.ts';
import { openGateDesk } from '../../cli/operator/gate-desk.ts';
import { startEmbeddedTable } from '../../shared/adapters/local/embedded-table.ts';
import { freshDir, ROOT, run } from './harness.ts';

/** The shipped config with one key mistyped. */
function faultyConfig(): string {
  const dir = freshDir();
  cpSync(join(ROOT, 'config'), dir, { recursive: true });
  const path = join(dir, 'policy.yaml');
  writeFileSync(path, readFileSync(path, 'utf8').replace('max_open_positions:', 'max_open_position:'));
  return dir;
}

// A table that stays open keeps its process alive for ever, and the folder locked for whoever comes next.
test('[REQ-C1] what opens the books of a run under a faulty config says so and leaves the folder free', async () => {
  const state = freshDir();
  await run({ state, cycles: 1 });
  const config = faultyConfig();
  for (const open of [openBooks, openGateDesk, () => openFolderTable(state, config)]) {
    await expect(open({ state, config })).rejects.toThrow('did you mean "max_open_positions"?');
    const started = await startEmbeddedTable(state);
    expect(started.kind).toBe('started');
    if (started.kind === 'started') await started.table.close();
  }
}, 30_000);

test.each([[['config', 'show', '--stage', 'live']], [['cost', '--stage', 'live']], [['drill', 'kill-switch']]])(
  '[REQ-C1] %j tells the faults of a config in the words of the others, and one JSON object',
  { timeout: 30_000 },
  (words) => {
    const config = faultyConfig();
    const args = [join(ROOT, 'cli', 'start.mjs'), ...words, '--config', config, '--json'];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 25_000 });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error: policy\.yaml:\d+ {2}policy\.risk\.max_open_position/);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(JSON.parse(stdout)).toEqual({ error: stderr.trimEnd().replace(/^error: /, '') });
    expect(stdout).toContain(`of ${config}`);
  },
);
