import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { configInMode } from '../../bench/config-in-mode.ts';
import { FUNCTION_ENVIRONMENT } from '../../bench/function-environment.ts';
import { composeDecide } from '../../lambdas/decide/compose.ts';
import { createDecideHandler } from '../../lambdas/decide/handler.ts';
import { composeHygiene } from '../../lambdas/hygiene/compose.ts';
import { type DeskStore, startDesks } from '../../shared/app/testing/desk.ts';
import { packConfig } from '../../shared/config/pack-config.ts';

/** The two functions as they are composed, one bucket between them: what decide archives is what hygiene replays a day later. */
const DAY_MS = 86_400_000;
const NOON_MS = Date.UTC(2026, 5, 2, 12);
const CODE_VERSION = 'c0de0f1234567890';

let desks: DeskStore;
let taskRoot: string;
let bucket: Awaited<ReturnType<typeof bucketOnLoopback>>;
beforeAll(async () => {
  desks = await startDesks();
  taskRoot = mkdtempSync(join(tmpdir(), 'parity-'));
  const files = packConfig(configInMode(join(import.meta.dirname, '../../config'), 'PAPER'), CODE_VERSION);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(taskRoot, name), text);
  bucket = await bucketOnLoopback();
});
afterAll(async () => {
  vi.useRealTimers();
  await bucket.close();
  rmSync(taskRoot, { recursive: true });
  await desks.close();
});

it('[I8] decide archives under the version of its own code, so that the daily check replays the cycles of its day', async () => {
  const environment = {
    ...FUNCTION_ENVIRONMENT,
    LAMBDA_TASK_ROOT: taskRoot,
    AWS_ENDPOINT_URL: bucket.url,
    AWS_ENDPOINT_URL_S3: bucket.url,
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  vi.useFakeTimers({ toFake: ['Date'], now: NOON_MS });
  const desk = desks.open();
  desk.nowMs = NOON_MS - DAY_MS;
  const { compose } = composeDecide(environment);
  const composed = await compose();
  const handle = createDecideHandler(() => ({
    ...composed,
    report: () => undefined,
    note: async () => undefined,
    settings: { ...composed.settings, config: { ...composed.settings.config, botId: desk.settings.config.botId } },
    ports: { ...desk.ports, archive: composed.ports.archive },
  }));
  await handle({ slot: new Date(desk.nowMs).toISOString() });
  expect(bucket.keys()).toHaveLength(1);

  const { telemetry, compose: composeCheck } = composeHygiene(environment);
  const said = vi.spyOn(telemetry.logger, 'info').mockImplementation(() => undefined);
  const { checks } = await composeCheck();
  await checks.find(({ name }) => name === 'replay')?.run();

  expect(said.mock.calls).toEqual([
    ['replayed', expect.objectContaining({ cycles: 1, replayed: 1, of_other_code: 0, drifted: [] })],
  ]);
});

/** Keeps what is put, lists and gives it back; every table beside it is empty. */
async function bucketOnLoopback() {
  const files = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    void answered(request, files).then(({ status, body }) => response.writeHead(status).end(body));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, keys: () => [...files.keys()], close: () => closed(server) };
}

async function answered(request: IncomingMessage, files: Map<string, Buffer>) {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://bucket');
  const key = pathname.replace(`/${FUNCTION_ENVIRONMENT.ARCHIVE_BUCKET}/`, '');
  const body = await buffer(request);
  if (request.method === 'PUT') files.set(key, body);
  if (request.method !== 'GET') return { status: 200, body: '{}' };
  if (!searchParams.has('list-type')) return { status: 200, body: files.get(key) ?? '' };
  const keys = [...files.keys()].filter((each) => each.startsWith(searchParams.get('prefix') ?? ''));
  return { status: 200, body: keys.map((each) => `<Key>${each}</Key>`).join('') };
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
