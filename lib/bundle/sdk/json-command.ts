import type { Command } from './service-client.ts';
import type { AwsService, SignedClient } from './signed-client.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** Turns what the SDK's callers give and get into what the service reads and writes, where the two differ. */
export interface Wire {
  readonly encode?: (input: Fields) => Fields;
  readonly decode?: (output: Fields) => Fields;
}

const PROTOCOLS = {
  dynamodb: { version: '1.0', target: 'DynamoDB_20120810' },
  sqs: { version: '1.0', target: 'AmazonSQS' },
  ssm: { version: '1.1', target: 'AmazonSSM' },
  secretsmanager: { version: '1.1', target: 'secretsmanager' },
} as const satisfies Partial<Record<AwsService, { readonly version: string; readonly target: string }>>;

/** A command of a service that speaks JSON. */
export function jsonCommand<Input extends object>(service: keyof typeof PROTOCOLS, operation: string, wire: Wire = {}) {
  const { version, target } = PROTOCOLS[service];
  const { encode = (input) => input, decode = (output) => output } = wire;
  return class implements Command<Fields> {
    readonly input: Input;

    constructor(input: Input) {
      this.input = input;
    }

    async run(client: SignedClient, signal: AbortSignal | undefined): Promise<Fields> {
      const { body } = await client.send({
        service,
        method: 'POST',
        path: '/',
        headers: { 'content-type': `application/x-amz-json-${version}`, 'x-amz-target': `${target}.${operation}` },
        body: JSON.stringify(encode({ ...this.input } as Fields)),
        signal,
      });
      return decode(body.length === 0 ? {} : (JSON.parse(body.toString('utf8')) as Fields));
    }
  };
}

/** Times travel as seconds and arrive as dates. */
export function withDates(value: unknown, ...names: readonly string[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const dates = names.flatMap((name) => {
    const seconds = (value as Fields)[name];
    return typeof seconds === 'number' ? [[name, new Date(seconds * 1_000)] as const] : [];
  });
  return { ...value, ...Object.fromEntries(dates) };
}
