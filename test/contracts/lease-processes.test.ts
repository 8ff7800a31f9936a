import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dynamoAccountStore } from '../../shared/adapters/dynamodb/account-store.ts';
import { type EmbeddedTable, startEmbeddedTable } from '../../shared/adapters/local/embedded-table.ts';
import { type TempDir, tempDir } from './temp-dir.ts';

const PROGRAM = path.join(import.meta.dirname, 'lease-process.ts');
const HOUR_MS = 3_600_000;

interface Instance {
  readonly child: ChildProcess;
  /** Answers in the order of the asking. */
  ask(line: string): Promise<Readonly<Record<string, unknown>>>;
  tell(line: string): void;
}

let dir: TempDir;
let table: EmbeddedTable;
const children: ChildProcess[] = [];

beforeEach(async () => {
  dir = tempDir();
  const started = await startEmbeddedTable(dir.path);
  if (started.kind === 'locked') throw new Error('locked');
  table = started.table;
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await table.close();
  dir.remove();
});

/** Another process on the same table, as another Lambda or another machine would be. */
function instance(owner: string): Instance {
  const child = spawn(process.execPath, [PROGRAM, table.endpoint, table.tableName, owner], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const tell = (line: string) => void child.stdin.write(`${line}\n`);
  return {
    child,
    tell,
    async ask(line) {
      if (line !== '') tell(line);
      return JSON.parse(String((await lines.next()).value)) as Readonly<Record<string, unknown>>;
    },
  };
}

const storedAccount = () => dynamoAccountStore(table.client, table.tableName, { botId: 'bot1', mode: 'LIVE' }).load();

describe('instances in processes of their own', { timeout: 30_000 }, () => {
  it('[REQ-SI1] of several that start at once exactly one holds the lease', async () => {
    const all = ['a', 'b', 'c'].map(instance);
    const answers = await Promise.all(all.map(({ ask }) => ask('acquire 60000')));
    expect(answers.map(({ kind }) => kind).sort()).toEqual(['busy', 'busy', 'held']);
  });

  it('[REQ-SI1] a paused owner that wakes behind its successor cannot write, then or later', async () => {
    const [sleeper, successor] = [instance('sleeper'), instance('successor')];
    expect(await sleeper.ask('acquire 300')).toEqual({ kind: 'held', fence: 1 });
    expect(await sleeper.ask('save')).toMatchObject({ kind: 'saved', version: 1 });
    sleeper.child.kill('SIGSTOP');
    // The order to write waits in its pipe; it is carried out by a process that believes no time has passed.
    sleeper.tell('save');
    await delay(320);
    expect(await successor.ask('acquire 60000')).toEqual({ kind: 'held', fence: 2 });
    expect(await successor.ask('save')).toMatchObject({ kind: 'saved', version: 2 });
    const before = await storedAccount();

    sleeper.child.kill('SIGCONT');
    expect(await sleeper.ask('')).toMatchObject({ kind: 'fenced', fence: 1 });
    // Nor does it free the lease that is no longer its own.
    expect(await sleeper.ask('release')).toEqual({ kind: 'released' });
    expect(await sleeper.ask('acquire 60000')).toEqual({ kind: 'busy', owner: 'successor' });
    expect(await sleeper.ask('save')).toMatchObject({ kind: 'fenced' });
    expect(await storedAccount()).toEqual(before);
    expect(await successor.ask('save')).toMatchObject({ kind: 'saved', version: 3 });
  });

  it('[REQ-SI1] a clock that jumps forward takes the lease from a living owner, which then cannot write', async () => {
    const [owner, jumped] = [instance('owner'), instance('jumped')];
    expect(await owner.ask('acquire 60000')).toEqual({ kind: 'held', fence: 1 });
    expect(await owner.ask('save')).toMatchObject({ kind: 'saved' });
    expect(await jumped.ask(`acquire 60000 ${HOUR_MS}`)).toEqual({ kind: 'held', fence: 2 });
    expect(await jumped.ask('save')).toMatchObject({ kind: 'saved', version: 2 });
    expect(await owner.ask('save')).toMatchObject({ kind: 'fenced' });
    expect((await storedAccount())?.fence).toBe(2);
  });

  it('[REQ-SI1] a clock that jumps back takes nothing, and what it took while ahead is freed by its release', async () => {
    const [owner, behind] = [instance('owner'), instance('behind')];
    expect(await owner.ask('acquire 300')).toEqual({ kind: 'held', fence: 1 });
    await delay(320);
    // Run out for everybody whose clock is right.
    expect(await behind.ask(`acquire 60000 ${-HOUR_MS}`)).toEqual({ kind: 'busy', owner: 'owner' });
    expect(await behind.ask('acquire 60000')).toEqual({ kind: 'held', fence: 2 });
    // The books know a fence by its first write. Before it the version decides alone: whoever read older books is stale.
    expect(await owner.ask('save')).toMatchObject({ kind: 'saved' });
    expect(await behind.ask('save')).toMatchObject({ kind: 'saved' });
    expect(await owner.ask('save')).toMatchObject({ kind: 'fenced' });
    expect(await behind.ask('release')).toEqual({ kind: 'released' });
    expect(await owner.ask(`acquire 60000 ${-HOUR_MS}`)).toEqual({ kind: 'held', fence: 3 });
  });

  it('[REQ-SI1] racing for the lease again and again, every write that was acknowledged stands once, in the order of fences', async () => {
    const all = ['a', 'b', 'c'].map(instance);
    const [first] = all;
    const racing = all.map(({ ask }) => ask('rounds 25'));
    await delay(150);
    first?.child.kill('SIGSTOP');
    await delay(100);
    first?.child.kill('SIGCONT');
    const saved = (await Promise.all(racing)).flatMap(
      (answer) => answer['saved'] as readonly { readonly version: number; readonly fence: number }[],
    );
    const inOrder = saved.toSorted((a, b) => a.version - b.version);
    expect(inOrder.map(({ version }) => version)).toEqual(inOrder.map((_, i) => i + 1));
    expect(inOrder.map(({ fence }) => fence)).toEqual(inOrder.map(({ fence }) => fence).toSorted((a, b) => a - b));
    expect((await storedAccount())?.version).toBe(inOrder.length);
  });
});
