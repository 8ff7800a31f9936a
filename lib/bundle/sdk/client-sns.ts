import type { PublishCommandInput } from '@aws-sdk/client-sns';
import { type Command, serviceClient } from './service-client.ts';
import type { SignedClient } from './signed-client.ts';

export const SNSClient = serviceClient('sns');

/** SNS takes forms. Its reply names the message, which nobody here asks for. */
export class PublishCommand implements Command<object> {
  readonly input: PublishCommandInput;

  constructor(input: PublishCommandInput) {
    this.input = input;
  }

  async run(client: SignedClient, signal: AbortSignal | undefined): Promise<object> {
    await client.send({
      service: 'sns',
      method: 'POST',
      path: '/',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: formOf(this.input),
      signal,
    });
    return {};
  }
}

function formOf({ TopicArn, Subject, Message, MessageAttributes = {}, ...rest }: PublishCommandInput): string {
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw new TypeError(`a message with ${unknown} is not sent here`);
  const form = new URLSearchParams({ Action: 'Publish', Version: '2010-03-31' });
  const fields = { TopicArn, Subject, Message };
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) form.set(name, value);
  for (const [index, [name, { DataType: type, StringValue: value }]] of Object.entries(MessageAttributes).entries()) {
    const entry = `MessageAttributes.entry.${index + 1}`;
    form.set(`${entry}.Name`, name);
    form.set(`${entry}.Value.DataType`, type ?? 'String');
    form.set(`${entry}.Value.StringValue`, value ?? '');
  }
  return form.toString();
}
