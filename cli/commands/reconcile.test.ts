import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { dynamoAccountStore } from '../../shared/adapters/dynamodb/account-store.ts';
import { dynamoFactStore } from '../../shared/adapters/dynamodb/fact-store.ts';
import { withoutKnownSecrets } from '../../shared/adapters/known-secrets.ts';
import { startEmbeddedTable } from '../../shared/adapters/local/embedded-table.ts';
import { quantity, toText, usd } from '../../shared/core/money/fixed.ts';
import { openAccount } from '../../shared/core/portfolio/ledger.ts';
import { reconcileCommand } from './reconcile.ts';

const SCOPE = { botId: '247t', mode: 'PAPER' } as const;
const dir = mkdtempSync(join(tmpdir(), 'reconcile-'));

/** Books of 1000 dollars against a paper exchange that has 1250 and two coins. */
beforeAll(async () => {
  const identity = {
    mode: 'PAPER',
    exchange: 'simulator',
    source: 'synthetic',
    seed: 7,
    data: null,
    interval: '1m',
    from: null,
  };
  writeFileSync(join(dir, 'run.json'), JSON.stringify({ identity, is_finished: true }));
  await inTable(async (at) => {
    const account = openAccount({ ...SCOPE, cash: usd('1000'), external: {}, nowMs: 1_000 });
    await dynamoAccountStore(...at).save({ ...account, version: 1, fence: 0 });
    const book = { cash: '1250', holdings: { ETH: '2' }, orders: [] };
    await dynamoFactStore(...at).save('paper-book', book, 0);
  });
});
afterAll(() => rmSync(dir, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

describe('trader reconcile', () => {
  it('[I7] shows the difference, accepts it by its code, and then has nothing to show', async () => {
    const shown = await run('--json');
    const wrong = await run('--accept', '00000000').catch(String);
    const accepted = await run('--accept', JSON.parse(shown).code);
    const after = await run();

    expect(JSON.parse(shown).differences).toEqual({
      cash: 'the books say 1000, the exchange 1250',
      'ETH-USD': 'the books say 0, the exchange 2',
    });
    expect(wrong).toContain('not what was reviewed');
    expect(accepted).toContain('cash is 1250 now');
    expect(after).toBe('books and exchange agree');
    await inTable(async (at) => {
      const account = await dynamoAccountStore(...at).load();
      expect(account?.external).toEqual({ ETH: quantity('2') });
      expect(toText(account?.unsettled_flow ?? usd('0'))).toBe('250');
    });
  });

  it('says what to name when it is not known whose books are meant', async () => {
    await expect(reconcileCommand().parseAsync([], { from: 'user' })).rejects.toThrow('--state DIR');
    await expect(reconcileCommand().parseAsync(['--state', tmpdir()], { from: 'user' })).rejects.toThrow('no books');
  });

  it('[REQ-SEC1] takes a whole key alone, and hides it from whatever is printed', async () => {
    vi.stubEnv('COINBASE_VIEW_PRIVATE_KEY', 'half of a key');
    const half = reconcileCommand().parseAsync(['--stage', 'live', '--table', 'x'], { from: 'user' });
    await expect(half).rejects.toThrow('COINBASE_VIEW_KEY_NAME is not set');
    expect(withoutKnownSecrets('it says half of a key')).not.toContain('half of a key');
  });
});

async function run(...args: readonly string[]): Promise<string> {
  const lines: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  await reconcileCommand().parseAsync(['--state', dir, ...args], { from: 'user' });
  return lines.join('\n');
}

type At = Parameters<typeof dynamoAccountStore>;

async function inTable(work: (at: At) => Promise<void>): Promise<void> {
  const started = await startEmbeddedTable(dir);
  if (started.kind === 'locked') throw new Error('the folder is in use');
  try {
    await work([started.table.client, started.table.tableName, SCOPE]);
  } finally {
    await started.table.close();
  }
}
