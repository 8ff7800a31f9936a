/** A service said no. `name` is the code of the service's model, as `ConditionalCheckFailedException`. */
export class AwsError extends Error {
  readonly status: number;

  constructor(name: string, status: number, message: string) {
    super(message);
    this.name = name;
    this.status = status;
  }
}

/** What may stand right of `instanceof`, which is how the SDK's errors are told apart. */
export function errorNamed(name: string) {
  return { [Symbol.hasInstance]: (error: unknown): boolean => error instanceof AwsError && error.name === name };
}

/** JSON services name the error in `__type`, perhaps behind a namespace; the others answer with XML. */
export function awsErrorFrom(status: number, header: string | undefined, body: string): AwsError {
  const { __type: type, message, Message } = jsonObject(body);
  const named = header?.split(':')[0] ?? text(type) ?? tag(body, 'Code') ?? `HTTP ${status}`;
  const name = named.slice(named.lastIndexOf('#') + 1);
  return new AwsError(name, status, text(message) ?? text(Message) ?? tag(body, 'Message') ?? `status ${status}`);
}

function jsonObject(body: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    return {};
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function tag(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]+)</${name}>`).exec(xml)?.[1];
}
