import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { orderRecordSchema } from '../../core/execution/order-record.ts';
import type { OrderPage, OrderQuery } from '../../ports/stores.ts';
import { type Item, recordOf } from './items.ts';
import { itemKey, type Scope } from './table.ts';

/**
 * Lists orders by the keys alone, without an index that every write would pay for. A client order id is
 * `<bot>-<symbol>-<slot in seconds>-<nonce>`, so that within a symbol the order of keys is the order of slots: a span of
 * slots is one stretch of keys per symbol. Between two stretches one small query finds the next symbol.
 */
export async function orderPage(
  client: DynamoDBDocumentClient,
  tableName: string,
  scope: Scope,
  query: OrderQuery,
  after?: string,
): Promise<OrderPage> {
  const { pk } = itemKey('ORDER', scope);
  const ask = async (input: Partial<QueryCommand['input']>) =>
    client.send(new QueryCommand({ TableName: tableName, ConsistentRead: true, ...input }));

  const first = firstStretch(scope, query, after) ?? (await nextStretch(ask, pk, query, after));
  if (first === null) return { orders: [], next: null };
  const { low, high, past } = first;
  const goesOn = after !== undefined && after >= low && after <= high;
  const { Items: items = [], LastEvaluatedKey: last } = await ask({
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :low AND :high',
    ExpressionAttributeValues: { ':pk': pk, ':low': low, ':high': high },
    Limit: PAGE,
    ...(goesOn && { ExclusiveStartKey: { pk, sk: after } }),
  });
  const end = query.productId === undefined ? past : null;
  return { orders: wanted(items, query), next: last === undefined ? end : String(last['sk']) };
}

const PAGE = 100;

/** Keys from `low` to `high`; nothing of the same symbol comes after `past`. */
interface Stretch {
  readonly low: string;
  readonly high: string;
  readonly past: string;
}

type Ask = (input: Partial<QueryCommand['input']>) => Promise<{ readonly Items?: readonly Item[] | undefined }>;

/** One product's orders need no search. */
function firstStretch({ botId }: Scope, query: OrderQuery, after: string | undefined): Stretch | null {
  if (query.productId !== undefined) return stretchOf(`${botId}-${query.productId}-`, query);
  const prefix = after === undefined ? undefined : prefixOf(after);
  return prefix === undefined ? null : stretchOf(prefix, query);
}

async function nextStretch(ask: Ask, pk: string, query: OrderQuery, after = ' '): Promise<Stretch | null> {
  const { Items: items = [] } = await ask({
    KeyConditionExpression: 'pk = :pk AND sk > :after',
    ExpressionAttributeValues: { ':pk': pk, ':after': after },
    ProjectionExpression: 'sk',
    Limit: 1,
  });
  const [item] = items;
  if (item === undefined) return null;
  const key = String(item['sk']);
  const prefix = prefixOf(key);
  // Not named by this bot's rule: a stretch of its own, so that it is not missed.
  return prefix === undefined ? { low: key, high: key, past: key } : stretchOf(prefix, query);
}

/** Slots of ten digits: from September 2001 until November 2286. */
const SLOT = /^(.+?-)\d{10}(?!\d)/;
const FIRST_TEN_DIGITS_S = 1_000_000_000;
/** Follow '9' and '-' in the order of keys. */
const AFTER_DIGITS = ':';

function prefixOf(clientOrderId: string): string | undefined {
  return SLOT.exec(clientOrderId)?.[1];
}

function stretchOf(prefix: string, { fromSlotMs, toSlotMs }: OrderQuery): Stretch {
  const past = `${prefix}${AFTER_DIGITS}`;
  const low = `${prefix}${secondsText(Math.floor(fromSlotMs / 1_000))}`;
  const high = `${prefix}${secondsText(Math.ceil(toSlotMs / 1_000))}`;
  // DynamoDB refuses a stretch that ends before it begins; an empty span is an empty stretch here.
  return { low, high: high < low ? low : high, past };
}

function secondsText(seconds: number): string {
  if (seconds < FIRST_TEN_DIGITS_S) return String(FIRST_TEN_DIGITS_S);
  return seconds < 10 * FIRST_TEN_DIGITS_S ? String(seconds) : AFTER_DIGITS;
}

/** The keys only narrow the search down; the records decide. */
function wanted(items: readonly Item[], { fromSlotMs, toSlotMs, productId }: OrderQuery): OrderPage['orders'] {
  return items
    .map((item) => recordOf(orderRecordSchema, item))
    .filter(({ decided: { slot_ms }, intent }) => {
      const isOfProduct = productId === undefined || intent.product_id === productId;
      return slot_ms >= fromSlotMs && slot_ms < toSlotMs && isOfProduct;
    });
}
