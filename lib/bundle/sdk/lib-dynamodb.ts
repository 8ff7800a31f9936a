import type { GetCommandInput, PutCommandInput, QueryCommandInput, UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { fromAttributes, toAttributes } from './attribute-values.ts';
import { type Fields, jsonCommand, type Wire } from './json-command.ts';

/** The client speaks plainly as it is; the commands translate. */
export const DynamoDBDocumentClient = { from: <Client>(client: Client): Client => client };

const WIRE: Wire = {
  encode: (input) => mapped(input, ['Key', 'Item', 'ExpressionAttributeValues', 'ExclusiveStartKey'], toAttributes),
  decode: ({ Items: items, ...output }) => ({
    ...mapped(output, ['Item', 'Attributes', 'LastEvaluatedKey'], fromAttributes),
    ...(Array.isArray(items) && { Items: items.map(fromAttributes) }),
  }),
};

export const GetCommand = jsonCommand<GetCommandInput>('dynamodb', 'GetItem', WIRE);
export const PutCommand = jsonCommand<PutCommandInput>('dynamodb', 'PutItem', WIRE);
export const UpdateCommand = jsonCommand<UpdateCommandInput>('dynamodb', 'UpdateItem', WIRE);
export const QueryCommand = jsonCommand<QueryCommandInput>('dynamodb', 'Query', WIRE);

function mapped(fields: Fields, names: readonly string[], translate: (item: Fields) => Fields): Fields {
  const found = names.filter((name) => fields[name] !== undefined);
  return { ...fields, ...Object.fromEntries(found.map((name) => [name, translate(fields[name] as Fields)])) };
}
