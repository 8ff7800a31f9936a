import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceInUseException,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import dynalite from 'dynalite';
import { create } from 'dynalite/db/index.js';
import { tableDefinition } from '../dynamodb/table.ts';
import { makeFolder } from '../make-folder.ts';
import { closeIterators } from './close-iterators.ts';
import { armFreshState } from './file-kill-switch.ts';
import { lockState } from './state-lock.ts';

export interface EmbeddedTable {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /** On loopback, for other DynamoDB tools; gone when the process ends. */
  readonly endpoint: string;
  readonly close: () => Promise<void>;
}

export type EmbeddedStart =
  | { readonly kind: 'started'; readonly table: EmbeddedTable }
  /** Another process uses this state folder: "single-instance lock" [REQ-SI1]. */
  | { readonly kind: 'locked'; readonly stateDir: string };

const TABLE_NAME = '247trader';

/**
 * The table of a local run: DynamoDB's protocol in this process, kept in the state folder, which it creates (with an armed
 * kill switch) or resumes. What was acknowledged survives a kill -9 of the process, not a power cut.
 */
export async function startEmbeddedTable(stateDir: string): Promise<EmbeddedStart> {
  const tableDir = path.join(stateDir, 'table');
  makeFolder(stateDir, 0o700);
  const lock = await lockState(stateDir);
  if (lock.kind === 'locked') return { kind: 'locked', stateDir };
  try {
    armFreshState(stateDir, tableDir);
    await assertReadable(tableDir);
    return { kind: 'started', table: await serve(stateDir, tableDir, lock.release) };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** Opens the data once by itself: inside the server a damaged folder would throw out of everybody's reach. */
async function assertReadable(tableDir: string): Promise<void> {
  const { db } = create({ path: tableDir });
  try {
    await db.open();
    await closeIterators(db);
  } catch (error) {
    throw new Error(`${tableDir} cannot be opened; restore it or choose another state folder`, { cause: error });
  }
  await db.close();
}

/**
 * The table of a folder that another process has open, to be read beside it; undefined when that process does not serve it.
 * The file may be left over from a killed process: then nobody answers there.
 */
export function tableInUse(stateDir: string): EmbeddedTable | undefined {
  const endpoint = endpointIn(stateDir);
  if (endpoint === undefined) return undefined;
  const base = clientOf(endpoint);
  const close = async () => base.destroy();
  return { client: DynamoDBDocumentClient.from(base), tableName: TABLE_NAME, endpoint, close };
}

function endpointIn(stateDir: string): string | undefined {
  try {
    return readFileSync(endpointFile(stateDir), 'utf8').trim();
  } catch {
    return undefined;
  }
}

function endpointFile(stateDir: string): string {
  return path.join(stateDir, 'endpoint');
}

function clientOf(endpoint: string): DynamoDBClient {
  const credentials = { accessKeyId: 'embedded', secretAccessKey: 'embedded' };
  return new DynamoDBClient({ endpoint, region: 'us-east-1', credentials });
}

async function serve(stateDir: string, tableDir: string, release: () => Promise<void>): Promise<EmbeddedTable> {
  const server = dynalite({ path: tableDir, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const endpoint = await listen(server);
  const base = clientOf(endpoint);
  const close = async () => {
    base.destroy();
    rmSync(endpointFile(stateDir), { force: true });
    await closeServer(server);
    await release();
  };
  await createIfAbsent(base);
  writeFileSync(endpointFile(stateDir), `${endpoint}\n`, { mode: 0o600 });
  return { client: DynamoDBDocumentClient.from(base), tableName: TABLE_NAME, endpoint, close };
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function createIfAbsent(client: DynamoDBClient): Promise<void> {
  try {
    await client.send(new CreateTableCommand(tableDefinition(TABLE_NAME)));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  await untilActive(client);
}

const ACTIVE_POLL_MS = 5;
const MAX_POLLS = 1_000;

/** A table is created in the background; until it is active every read of it fails. */
async function untilActive(client: DynamoDBClient): Promise<void> {
  for (let poll = 0; poll < MAX_POLLS; poll += 1) {
    const { Table: table } = await client.send(new DescribeTableCommand({ TableName: TABLE_NAME }));
    if (table?.TableStatus === 'ACTIVE') return;
    await delay(ACTIVE_POLL_MS);
  }
  throw new Error('the embedded table did not become active');
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeIdleConnections();
  });
}
