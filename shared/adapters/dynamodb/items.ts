import { randomUUID } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { withoutKnownSecrets } from '../known-secrets.ts';
import type { ItemKey } from './table.ts';

export type Item = Readonly<Record<string, unknown>>;

export interface Condition {
  readonly expression: string;
  readonly values?: Readonly<Record<string, unknown>>;
  /** Aliases for attribute names that are reserved words. */
  readonly names?: Readonly<Record<string, string>>;
}

export type Written =
  | { readonly kind: 'written' }
  /** The condition did not hold; `current` is the item as read right after. */
  | { readonly kind: 'refused'; readonly current: Item | undefined };

/** Strongly consistent. */
export async function readItem(
  client: DynamoDBDocumentClient,
  tableName: string,
  key: ItemKey,
): Promise<Item | undefined> {
  const { Item: item } = await client.send(
    new GetCommand({ TableName: tableName, Key: { ...key }, ConsistentRead: true }),
  );
  return item;
}

/**
 * Replaces one item if the condition holds. The SDK repeats a put whose reply was lost, and the repeat then fails on the
 * condition that the first one fulfilled: the write id tells our own landed write from somebody else's.
 */
export async function putItem(
  client: DynamoDBDocumentClient,
  tableName: string,
  key: ItemKey,
  attributes: Item,
  condition: Condition,
): Promise<Written> {
  const writeId = randomUUID();
  const put = new PutCommand({
    TableName: tableName,
    Item: { ...key, ...attributes, write_id: writeId },
    ConditionExpression: condition.expression,
    ...(condition.values && { ExpressionAttributeValues: condition.values }),
    ...(condition.names && { ExpressionAttributeNames: condition.names }),
  });
  return conditional(client, tableName, key, writeId, () => client.send(put));
}

/** Runs one conditional write that sets `write_id`; a failed condition becomes a value, every other error escapes. */
export async function conditional(
  client: DynamoDBDocumentClient,
  tableName: string,
  key: ItemKey,
  writeId: string,
  write: () => Promise<unknown>,
): Promise<Written> {
  try {
    await write();
    return { kind: 'written' };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    const current = await readItem(client, tableName, key);
    return current?.['write_id'] === writeId ? { kind: 'written' } : { kind: 'refused', current };
  }
}

/**
 * The record as JSON text in the attribute `doc`. A native map would cost a marshalling pass per field, changes numbers
 * (no exponents below 1e-130) and is no easier to read in a console; what conditions need stands beside it as attributes.
 * No secret gets into the table, whatever text brought it here.
 */
export function docOf<Schema extends z.ZodType>(schema: Schema, record: z.output<Schema>): string {
  return withoutKnownSecrets(JSON.stringify(z.encode(schema, record)));
}

/** A write is billed by the kilobyte; what fits into one stays readable in a console. */
const PLAIN_CHARS = 900;
/** No row is larger by far; whatever unpacks to more is not ours. */
const MAX_BYTES = 8_000_000;

/**
 * For what is written in every cycle: a longer text is kept zipped in `doc_gz`, at a quarter of the price. To read one by
 * hand: base64 -d | gunzip.
 */
export function zippedDoc<Schema extends z.ZodType>(schema: Schema, record: z.output<Schema>): Item {
  const doc = docOf(schema, record);
  return doc.length <= PLAIN_CHARS ? { doc } : { doc_gz: gzipSync(doc) };
}

/** The record of a row, checked. Throws with the row's key when the row is not what the schema says. */
export function recordOf<Schema extends z.ZodType>(schema: Schema, item: Item): z.output<Schema> {
  const row = `table row ${String(item['pk'])} / ${String(item['sk'])}`;
  const doc = textOf(row, item);
  const parsed = z.safeDecode(schema, parseJson(row, doc));
  if (!parsed.success) throw new Error(`${row} does not match its schema: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

function textOf(row: string, { doc, doc_gz: zipped }: Item): string {
  if (typeof doc === 'string') return doc;
  if (!(zipped instanceof Uint8Array)) throw new Error(`${row}: attribute "doc" is missing`);
  try {
    return gunzipSync(zipped, { maxOutputLength: MAX_BYTES }).toString('utf8');
  } catch {
    throw new Error(`${row}: attribute "doc_gz" cannot be unpacked`);
  }
}

function parseJson<Input>(row: string, text: string): Input {
  try {
    return JSON.parse(text) as Input;
  } catch {
    throw new Error(`${row}: attribute "doc" is not JSON`);
  }
}
