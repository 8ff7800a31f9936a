import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dynamoAccountStore } from '../../shared/adapters/dynamodb/account-store.ts';
import { dynamoLease } from '../../shared/adapters/dynamodb/lease.ts';
import { dynamoOrderStore } from '../../shared/adapters/dynamodb/order-store.ts';
import { type EmbeddedTable, startEmbeddedTable } from '../../shared/adapters/local/embedded-table.ts';
import { fileKillSwitch, setFileKillSwitch } from '../../shared/adapters/local/file-kill-switch.ts';
import { sampleAccount, sampleOrder } from './samples.ts';
import { type TempDir, tempDir } from './temp-dir.ts';

const SCOPE = { botId: 'bot1', mode: 'PAPER' } as const;
const WRITER = path.join(import.meta.dirname, 'writer-process.ts');

let dir: TempDir;
const open: EmbeddedTable[] = [];
const children: ChildProcess[] = [];

beforeEach(() => {
  dir = tempDir();
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const table of open.splice(0)) await table.close();
  dir.remove();
});

async function start(): Promise<EmbeddedTable> {
  const started = await startEmbeddedTable(dir.path);
  if (started.kind === 'locked') throw new Error('locked');
  open.push(started.table);
  return started.table;
}

async function stop(table: EmbeddedTable): Promise<void> {
  open.splice(open.indexOf(table), 1);
  await table.close();
}

/** Another process that writes orders without end and prints each id once it is acknowledged. */
function startWriter(): { readonly child: ChildProcess; readonly lines: AsyncIterator<string> } {
  const child = spawn(process.execPath, [WRITER, dir.path], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
}

describe('embedded table', () => {
  it('resumes what was saved when it is closed and opened again', async () => {
    const first = await start();
    await dynamoAccountStore(first.client, first.tableName, SCOPE).save(
      sampleAccount('bot1', 'PAPER', { version: 1, fence: 1 }),
    );
    await dynamoLease(first.client, first.tableName, SCOPE).acquire('first', 60_000, 0);
    await stop(first);

    const second = await start();
    const accounts = dynamoAccountStore(second.client, second.tableName, SCOPE);
    expect(await accounts.load()).toEqual(sampleAccount('bot1', 'PAPER', { version: 1, fence: 1 }));
    const lease = dynamoLease(second.client, second.tableName, SCOPE);
    expect(await lease.acquire('second', 60_000, 1)).toEqual({ kind: 'busy', owner: 'first' });
    expect(await lease.acquire('second', 60_000, 60_000)).toEqual({ kind: 'held', fence: 2 });
  });

  it('[REQ-SI1] is locked to a second user in the same process until the first closes', async () => {
    const first = await start();
    expect(await startEmbeddedTable(dir.path)).toEqual({ kind: 'locked', stateDir: dir.path });
    await stop(first);
    await start();
  });

  it('[REQ-SI1] goes to exactly one of five that start at the same time', async () => {
    const starts = await Promise.all([1, 2, 3, 4, 5].map(() => startEmbeddedTable(dir.path)));
    for (const started of starts) if (started.kind === 'started') open.push(started.table);
    expect(open).toHaveLength(1);
  });

  it('[REQ-SI1] [I6] is locked while another process holds it, and whole after that process is killed', async () => {
    const { child, lines } = startWriter();
    const acknowledged: string[] = [];
    for (let i = 0; i < 20; i += 1) acknowledged.push((await lines.next()).value);
    expect((await startEmbeddedTable(dir.path)).kind).toBe('locked');

    child.kill('SIGKILL');
    await once(child, 'exit');
    for (let line = await lines.next(); !line.done; line = await lines.next()) acknowledged.push(line.value);

    const table = await start();
    const orders = dynamoOrderStore(table.client, table.tableName, SCOPE);
    expect(acknowledged.length).toBeGreaterThanOrEqual(20);
    for (const id of acknowledged) expect(await orders.find(id)).toEqual(sampleOrder(id));
  });

  it('tells which folder is damaged instead of starting on half of it', async () => {
    await stop(await start());
    const pointer = path.join(dir.path, 'table', 'CURRENT');
    rmSync(pointer);
    mkdirSync(pointer);
    await expect(startEmbeddedTable(dir.path)).rejects.toThrow(/table cannot be opened/);
    // The failed start holds no lock.
    await expect(startEmbeddedTable(dir.path)).rejects.toThrow(/table cannot be opened/);
  });
});

describe('kill switch of a state folder', () => {
  it('is armed once, when the folder is fresh', async () => {
    await stop(await start());
    expect(await fileKillSwitch(dir.path).read()).toEqual({ kind: 'armed' });
  });

  it('[I4] stays killed when its file was lost from a folder with state', async () => {
    await stop(await start());
    rmSync(path.join(dir.path, 'kill-switch'));
    await start();
    expect((await fileKillSwitch(dir.path).read()).kind).toBe('killed');
    expect(existsSync(path.join(dir.path, 'kill-switch'))).toBe(false);
  });

  it('[REQ-K1] stays killed when it was pulled before the first start', async () => {
    setFileKillSwitch(dir.path, { kind: 'killed', reason: 'not yet' });
    await start();
    expect(await fileKillSwitch(dir.path).read()).toMatchObject({ kind: 'killed', reason: 'not yet' });
  });

  it('[REQ-K1] can be pulled while the table is in use, with a reason of any length', async () => {
    await start();
    setFileKillSwitch(dir.path, { kind: 'killed', reason: 'x'.repeat(10_000) });
    expect((await fileKillSwitch(dir.path).read()).kind).toBe('killed');
    expect(readFileSync(path.join(dir.path, 'kill-switch'), 'utf8').length).toBeLessThan(600);
    setFileKillSwitch(dir.path, { kind: 'armed' });
    expect(await fileKillSwitch(dir.path).read()).toEqual({ kind: 'armed' });
  });
});
