import { describe, expect, it, vi } from 'vitest';
import { freshDir, ROOT, run } from '../../test/local/harness.ts';
import { openBooks } from '../operator/books.ts';
import { drillCommand, fileDrill } from './drill.ts';

const MEASURED = { orders: 50, detect_ms: 1, alert_ms: 2, cancelled_ms: 3, remaining: 0, placed_after: 0, faults: [] };

describe('the result of a drill', () => {
  it('[REQ-M1] is filed as evidence of the code and the risk config it was held with; a failed one takes its place', async () => {
    const target = { state: freshDir(), config: `${ROOT}/config` };
    await run({ mode: 'paper', state: target.state, cycles: 1 });
    await fileDrill(target, MEASURED);
    await fileDrill(target, { ...MEASURED, remaining: 1, cancelled_ms: null });

    const books = await openBooks(target);
    const filed = (await books.evidence.all()).filter(({ kind }) => kind === 'kill_drill');
    await books.close();
    expect(filed).toMatchObject([{ orders: 50, remaining: 1, code_version: expect.stringMatching(/^[0-9a-f]{16}$/) }]);
  });

  it('tells before it is held that its result cannot be filed', async () => {
    // Where the drill itself would keep its table: it would fail first.
    vi.stubEnv('TMPDIR', '/nowhere/at/all');
    const held = drillCommand().parseAsync(['kill-switch', '--state', '/nowhere/state'], { from: 'user' });

    await expect(held).rejects.toThrow('no run has kept its state in /nowhere/state');
    vi.unstubAllEnvs();
  });
});
