import type { SendMessageCommandInput } from '@aws-sdk/client-sqs';
import { jsonCommand } from './json-command.ts';
import { serviceClient } from './service-client.ts';

export const SQSClient = serviceClient('sqs');
export const SendMessageCommand = jsonCommand<SendMessageCommandInput>('sqs', 'SendMessage');
