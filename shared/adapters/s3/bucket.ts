import { buffer } from 'node:stream/consumers';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { partition } from '@aws-sdk/core/client';
import { HttpRequest, type HttpResponse } from '@smithy/core/transport';
import { SignatureV4 } from '@smithy/signature-v4';

/** Files in one bucket. */
export interface Bucket {
  put(key: string, body: Uint8Array, headers: Readonly<Record<string, string>>): Promise<void>;
  /** undefined: there is none. Everything else that is wrong throws. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** Every key that begins so, ascending. */
  list(prefix: string): Promise<readonly string[]>;
}

/** What any client of the SDK has found out: where it is, who it is, and how it speaks. */
export type AwsAccess = Pick<DynamoDBClient['config'], 'region' | 'credentials' | 'sha256' | 'requestHandler'>;

interface Reply {
  readonly status: number;
  readonly bytes: Buffer;
}

const MAX_ATTEMPTS = 3;
const FIRST_PAUSE_MS = 100;
const TIMEOUT_MS = 3_000;

/**
 * Putting and getting a file, signed and sent by the parts of AWS's SDK that its own clients are made of. The whole client
 * of S3 brings a third of a function's code for what nobody here asks: access points, express zones, streams, checksums.
 * `endpoint` is an emulator's.
 */
export function openBucket(name: string, access: AwsAccess, endpoint?: string): Bucket {
  const send = requester(name, access, endpoint);
  return {
    async put(key, body, headers) {
      const reply = await send('PUT', key, headers, body);
      if (reply.status !== 200) throw refused('put', name, reply);
    },
    async get(key) {
      const reply = await send('GET', key, {});
      if (reply.status === 200) return reply.bytes;
      if (reply.status === 404 && codeOf(reply) === 'NoSuchKey') return undefined;
      throw refused('get', name, reply);
    },
    async list(prefix) {
      const keys: string[] = [];
      let query: Query | undefined = { 'list-type': '2', prefix };
      while (query !== undefined) {
        const reply = await send('GET', '', {}, undefined, query);
        if (reply.status !== 200) throw refused('list', name, reply);
        const page = reply.bytes.toString('utf8');
        keys.push(...textsOf(page, 'Key'));
        const [token] = textsOf(page, 'NextContinuationToken');
        query = token === undefined ? undefined : { 'list-type': '2', prefix, 'continuation-token': token };
      }
      return keys;
    },
  };
}

type Query = Readonly<Record<string, string>>;

/** The texts of one element of S3's answers, which are flat there. */
function textsOf(xml: string, element: string): readonly string[] {
  const found = xml.matchAll(new RegExp(`<${element}>([^<]*)</${element}>`, 'g'));
  return [...found].map(([, text = '']) =>
    text.replace(/&(amp|lt|gt|quot|apos|#13);/g, (_, name: string) => ENTITIES[name] ?? ''),
  );
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", '#13': '\r' };

function requester(name: string, access: AwsAccess, endpoint: string | undefined) {
  const { region, credentials, sha256 } = access;
  // S3 takes the path as it is sent; every other service takes it escaped once more.
  const signer = new SignatureV4({ service: 's3', region, credentials, sha256, uriEscapePath: false });
  return async (
    method: string,
    key: string,
    extra: Readonly<Record<string, string>>,
    body?: Uint8Array,
    query: Query = {},
  ) => {
    const { place, prefix } = await addressOf(name, access, endpoint);
    const length: Record<string, string> = body === undefined ? {} : { 'content-length': String(body.length) };
    const request = new HttpRequest({
      ...place,
      method,
      path: `${prefix}/${key}`,
      query: { ...query },
      headers: { host: hostOf(place), ...extra, ...length },
      body,
    });
    return persistently(async () => sent(access, (await signer.sign(request)) as HttpRequest));
  };
}

type Place = Pick<HttpRequest, 'protocol' | 'hostname'> & { readonly port?: number };

async function addressOf(name: string, { region }: AwsAccess, endpoint: string | undefined) {
  if (endpoint !== undefined) {
    const { protocol, hostname, port } = new URL(endpoint);
    const place: Place = { protocol, hostname, ...(port === '' ? {} : { port: Number(port) }) };
    return { place, prefix: `/${name}` };
  }
  const where = await region();
  const place: Place = { protocol: 'https:', hostname: `${name}.s3.${where}.${partition(where).dnsSuffix}` };
  return { place, prefix: '' };
}

function hostOf({ hostname, port }: Place): string {
  return port === undefined ? hostname : `${hostname}:${port}`;
}

async function sent({ requestHandler }: AwsAccess, request: HttpRequest): Promise<Reply> {
  const answer = await requestHandler.handle(request, { requestTimeout: TIMEOUT_MS });
  const { statusCode: status, body } = answer.response as HttpResponse;
  return { status, bytes: await buffer(body) };
}

/** Writing the same file again does no harm, so whatever may pass is tried again. The last answer stands. */
async function persistently(attempt: () => Promise<Reply>): Promise<Reply> {
  for (let attempts = 1; ; attempts += 1) {
    const isLast = attempts === MAX_ATTEMPTS;
    try {
      const reply = await attempt();
      if (isLast || !mayPass(reply.status)) return reply;
    } catch (error) {
      if (isLast) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, FIRST_PAUSE_MS * 2 ** (attempts - 1)));
  }
}

function mayPass(status: number): boolean {
  return status === 429 || status >= 500;
}

function codeOf({ bytes }: Reply): string {
  return /<Code>(\w+)<\/Code>/.exec(bytes.toString('utf8'))?.[1] ?? 'no code';
}

function refused(what: string, name: string, reply: Reply): Error {
  return new Error(`S3 refuses to ${what} in ${name}: ${reply.status} ${codeOf(reply)}`);
}
