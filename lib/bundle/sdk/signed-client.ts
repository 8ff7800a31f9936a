import { setTimeout as sleep } from 'node:timers/promises';
import { type AwsError, awsErrorFrom } from './aws-error.ts';
import { exchangeOnce, type Incoming } from './exchange-once.ts';
import { type AwsCredentials, signedHeaders, type UnsignedRequest } from './sign.ts';

export type AwsService = 'dynamodb' | 's3' | 'secretsmanager' | 'sns' | 'sqs' | 'ssm';

export interface AwsAccess {
  readonly region: string;
  /** Asked before each request: they may be short-lived. */
  readonly credentials: () => Promise<AwsCredentials>;
  /** An emulator or a private address in place of the service's public one. */
  readonly endpoint: string | undefined;
}

export interface Patience {
  readonly maxAttempts: number;
  /** Of each attempt, from the connection to the last byte. */
  readonly timeoutMs: number;
}

export interface AwsRequest {
  readonly service: AwsService;
  /** Only of S3: a part of the host's name, or the first one of the path where the host is given. */
  readonly bucket?: string;
  readonly method: UnsignedRequest['method'];
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  readonly signal?: AbortSignal | undefined;
}

export interface SignedClient {
  /** The reply of a request that succeeded. Throws an AwsError with the service's code for one that was refused. */
  send(request: AwsRequest): Promise<Incoming>;
}

const FIRST_WAIT_MS = 50;
const TOO_FAST = /Throttl|TooManyRequests|RequestLimitExceeded|ProvisionedThroughputExceeded|SlowDown|BandwidthLimit/;

/**
 * Signed requests to AWS, for functions that must start fast. A request is repeated when its reply was lost, the service
 * stumbled or asked to slow down: whoever sends one makes sure that its repeat does no harm.
 */
export function createSignedClient(access: AwsAccess, patience: Patience): SignedClient {
  return {
    async send(request) {
      for (let attempt = 1; ; attempt += 1) {
        const outcome = await attemptOf(access, request, patience.timeoutMs);
        if (outcome.kind === 'reply') return outcome.reply;
        if (!outcome.isRepeatable || attempt >= patience.maxAttempts || request.signal?.aborted === true) {
          throw outcome.error;
        }
        await sleep(Math.random() * FIRST_WAIT_MS * 2 ** attempt);
      }
    },
  };
}

type Outcome =
  | { readonly kind: 'reply'; readonly reply: Incoming }
  | { readonly kind: 'failed'; readonly error: Error; readonly isRepeatable: boolean };

async function attemptOf(access: AwsAccess, request: AwsRequest, timeoutMs: number): Promise<Outcome> {
  const { origin, path } = addressOf(access, request);
  // A signature is good for minutes only, so that each attempt gets its own.
  const headers = signedHeaders(
    { ...request, path, host: origin.host },
    await access.credentials(),
    { service: request.service, region: access.region },
    Date.now(),
  );
  const { method, body, signal } = request;
  try {
    const reply = await exchangeOnce({ origin, method, path, headers, body, timeoutMs, signal });
    if (reply.status < 300) return { kind: 'reply', reply };
    const error = awsErrorFrom(reply.status, errorHeader(reply), reply.body.toString('utf8'));
    return { kind: 'failed', error, isRepeatable: isRepeatable(error) };
  } catch (error) {
    return { kind: 'failed', error: error instanceof Error ? error : new Error(String(error)), isRepeatable: true };
  }
}

function errorHeader({ headers }: Incoming): string | undefined {
  const name = headers['x-amzn-errortype'];
  return typeof name === 'string' ? name : undefined;
}

function isRepeatable({ status, name }: AwsError): boolean {
  return status >= 500 || status === 429 || TOO_FAST.test(name) || name === 'RequestTimeout';
}

/** Where a request goes: to the address that was given, else to the public one of the service. */
export function addressOf(
  { endpoint, region }: Pick<AwsAccess, 'endpoint' | 'region'>,
  { service, bucket, path }: Pick<AwsRequest, 'service' | 'bucket' | 'path'>,
) {
  if (endpoint !== undefined) {
    return { origin: new URL(endpoint), path: bucket === undefined ? path : `/${bucket}${path}` };
  }
  const host = `${service}.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
  return { origin: new URL(`https://${bucket === undefined ? '' : `${bucket}.`}${host}`), path };
}
