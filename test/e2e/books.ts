import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { dynamoAccountStore } from '../../shared/adapters/dynamodb/account-store.ts';
import { dynamoEvidenceStore } from '../../shared/adapters/dynamodb/evidence-store.ts';
import { dynamoFactStore } from '../../shared/adapters/dynamodb/fact-store.ts';
import { dynamoOrderStore } from '../../shared/adapters/dynamodb/order-store.ts';
import { type HaltRecord, loadHaltRecord } from '../../shared/app/halt-record.ts';
import type { OrderRecord } from '../../shared/core/execution/order-record.ts';
import type { Account } from '../../shared/core/portfolio/account.ts';
import type { EvidenceStore } from '../../shared/ports/evidence-store.ts';
import { type Break, judge } from '../soak/judge.ts';
import { PATIENCE_MS, until } from './until.ts';
import type { Venue } from './venue.ts';

const SCOPE = { botId: '247t', mode: 'LIVE' } as const;

/** The stage's own table, read as an operator reads it. */
export interface StageTable {
  readonly account: () => Promise<Account | undefined>;
  readonly orders: () => Promise<readonly OrderRecord[]>;
  readonly halt: () => Promise<HaltRecord | undefined>;
  readonly evidence: EvidenceStore;
  readonly close: () => void;
}

export function openTable(tableName: string, endpoint: string): StageTable {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint, region: 'us-east-1', credentials }));
  const at = [client, tableName, SCOPE] as const;
  const store = dynamoOrderStore(...at);
  return {
    account: () => dynamoAccountStore(...at).load(),
    halt: () => loadHaltRecord(dynamoFactStore(...at)),
    evidence: dynamoEvidenceStore(client, tableName, SCOPE.botId),
    async orders() {
      const all: OrderRecord[] = [];
      let after: string | undefined;
      for (;;) {
        const page = await store.list({ fromSlotMs: 0, toSlotMs: Number.MAX_SAFE_INTEGER }, after);
        all.push(...page.orders);
        if (page.next === null) return all;
        after = page.next;
      }
    },
    close: () => client.destroy(),
  };
}

const IN_FLIGHT = new Set(['READY', 'SENDING', 'UNKNOWN']);

/** Waits until no intent is between its decision and its place on the exchange. */
export function untilQuiet(table: StageTable): Promise<Account | undefined> {
  return until(
    async () => {
      const account = await table.account();
      if (account === undefined) return undefined;
      const isQuiet = account.outbox.length === 0 && !Object.values(account.working).some(isInFlight);
      return isQuiet ? account : undefined;
    },
    PATIENCE_MS,
    500,
  );
}

function isInFlight({ status }: { readonly status: string }): boolean {
  return IN_FLIGHT.has(status);
}

export interface Compared {
  readonly breaks: readonly Break[];
  readonly exchangeOrders: number;
  readonly records: number;
  readonly fills: number;
}

/**
 * Holds the stage's books against what the exchange itself has kept: no order twice, none of an unknown hand, no fill lost
 * or booked twice, the same cash and coins to the last digit. What still works is no fault while the stage trades.
 */
export async function compare(table: StageTable, venue: Venue, atEnd = false): Promise<Compared> {
  const records = await table.orders();
  const account = await table.account();
  if (account === undefined) throw new Error('the stage has no books');
  venue.simulator.admin.advance();
  const journal = venue.journal();
  const reserved = new Set(records.map(({ client_order_id }) => client_order_id));
  const balances = venue.simulator.admin.balances();
  const found = judge({ journal, balances, account, records, reserved });
  const breaks = atEnd ? found : found.filter(({ kind }) => kind !== 'unexplained');
  return {
    breaks: [...breaks, ...unsent(records, venue)],
    exchangeOrders: journal.filter(({ kind }) => kind === 'order').length,
    records: records.length,
    fills: journal.filter(({ kind }) => kind === 'fill').length,
  };
}

/** An order that the books take for sent and the exchange never saw is a lost one. */
function unsent(records: readonly OrderRecord[], { simulator }: Venue): readonly Break[] {
  return records
    .filter(({ order_id }) => order_id !== null)
    .filter(({ client_order_id }) => simulator.admin.ordersByClientId(client_order_id).length !== 1)
    .map(({ client_order_id }) => ({
      kind: 'unexplained' as const,
      subject: client_order_id,
      detail: `${simulator.admin.ordersByClientId(client_order_id).length} times on the exchange`,
    }));
}

export function comparedText({ breaks, exchangeOrders, records, fills }: Compared): string {
  const head = `${exchangeOrders} orders and ${fills} fills on the exchange, ${records} records`;
  return breaks.length === 0
    ? head
    : `${head}; ${breaks.map(({ kind, subject, detail }) => `${kind} ${subject}: ${detail}`).join('; ')}`;
}
