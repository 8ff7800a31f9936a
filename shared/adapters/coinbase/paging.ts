import { type Answer, ok } from '../../ports/answer.ts';
import type { Operation } from '../../ports/telemetry.ts';
import type { Call, Query } from './call.ts';
import type { CoinbaseClient } from './client.ts';
import { childrenOf, requiredFlag, textOf, type Wire, wireOf } from './wire.ts';

interface Page<Item> {
  readonly items: readonly Item[];
  /** Nothing was listed, before any filtering. */
  readonly isEmpty: boolean;
  /** '' when there is none. */
  readonly cursor: string;
  /** null: the endpoint does not say, the cursor decides. */
  readonly hasNext: boolean | null;
}

/** A list endpoint, how much of it to ask for at a time, and how one row is read (null: not of interest). */
export interface PagedList<Item> {
  readonly operation: Operation;
  readonly path: string;
  readonly query: Query;
  /** The reply's field that holds the rows. */
  readonly rows: string;
  readonly pageSize: number;
  readRow(row: Wire): Item | null;
}

/** More pages than this is a server that never ends. */
const MAX_PAGES = 200;

/**
 * Reads all pages. A server that promises more but gives no new cursor leaves the list incomplete: that is a failure,
 * because the absence of an order is concluded from complete lists only. Where the endpoint has no has_next, an empty page
 * or a cursor seen before is the documented end.
 */
export async function readAllPages<Item>(
  client: CoinbaseClient,
  list: PagedList<Item>,
): Promise<Answer<readonly Item[]>> {
  const items: Item[] = [];
  const cursors = new Set<string>(['']);
  let cursor = '';
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const answer = await client.send(pageCall(list, cursor));
    if (answer.kind !== 'ok') return answer;
    items.push(...answer.value.items);
    const next = stepAfter(answer.value, cursors);
    if (next === 'end') return ok(items);
    if (next === 'stuck') return unavailable(`${list.path} goes on but its cursor does not (page ${pages + 1})`);
    cursor = answer.value.cursor;
    cursors.add(cursor);
  }
  return unavailable(`${list.path} did not end after ${MAX_PAGES} pages`);
}

function stepAfter({ hasNext, isEmpty, cursor }: Page<unknown>, cursors: ReadonlySet<string>): 'end' | 'stuck' | 'on' {
  if (hasNext === false) return 'end';
  if (hasNext === true) return cursors.has(cursor) ? 'stuck' : 'on';
  return isEmpty || cursors.has(cursor) ? 'end' : 'on';
}

function pageCall<Item>(list: PagedList<Item>, cursor: string): Call<Page<Item>> {
  const position: Query = cursor === '' ? [] : [['cursor', cursor]];
  return {
    operation: list.operation,
    method: 'GET',
    path: list.path,
    query: [...list.query, ['limit', String(list.pageSize)], ...position],
    surface: 'private',
    effect: 'read',
    decode: (reply) => ok(pageOf(wireOf(reply, 'reply'), list)),
  };
}

function pageOf<Item>(reply: Wire, { rows, readRow }: PagedList<Item>): Page<Item> {
  const listed = childrenOf(reply, rows);
  return {
    items: listed.map(readRow).filter((item) => item !== null) as Item[],
    isEmpty: listed.length === 0,
    cursor: textOf(reply, 'cursor'),
    hasNext: textOf(reply, 'has_next') === '' ? null : requiredFlag(reply, 'has_next'),
  };
}

function unavailable(message: string): Answer<never> {
  return { kind: 'unavailable', message };
}
