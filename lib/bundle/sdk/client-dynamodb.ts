import { errorNamed } from './aws-error.ts';
import { serviceClient } from './service-client.ts';

export const DynamoDBClient = serviceClient('dynamodb');
export const ConditionalCheckFailedException = errorNamed('ConditionalCheckFailedException');
