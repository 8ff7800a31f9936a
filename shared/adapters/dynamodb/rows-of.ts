import { type DynamoDBDocumentClient, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Item } from './items.ts';

/** All items of one partition in the order of their sort keys, strongly consistent. */
export async function rowsOf(client: DynamoDBDocumentClient, tableName: string, pk: string): Promise<readonly Item[]> {
  const rows: Item[] = [];
  for await (const page of pagesOf(client, tableName, { ExpressionAttributeValues: { ':pk': pk } })) rows.push(...page);
  return rows;
}

/** The same page by page, for what may be more than fits into memory. `:pk` has to be among the values. */
export async function* pagesOf(
  client: DynamoDBDocumentClient,
  tableName: string,
  asked: Partial<QueryCommandInput>,
): AsyncGenerator<readonly Item[]> {
  let from: Item | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: 'pk = :pk',
        ConsistentRead: true,
        ...asked,
        ExclusiveStartKey: from,
      }),
    );
    yield page.Items ?? [];
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
}
