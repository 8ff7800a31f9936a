import { errorNamed } from './aws-error.ts';
import { type Command, serviceClient } from './service-client.ts';
import type { AwsRequest, SignedClient } from './signed-client.ts';

interface ObjectPlace {
  readonly Bucket: string;
  readonly Key: string;
}

interface ObjectToPut extends ObjectPlace {
  readonly Body: Uint8Array;
  readonly ContentType: string;
  readonly ContentEncoding: string;
}

interface FoundObject {
  readonly Body: { readonly transformToByteArray: () => Promise<Uint8Array> };
}

export const S3Client = serviceClient('s3');
export const NoSuchKey = errorNamed('NoSuchKey');

export class PutObjectCommand implements Command<object> {
  readonly input: ObjectToPut;

  constructor(input: ObjectToPut) {
    this.input = input;
  }

  async run(client: SignedClient, signal: AbortSignal | undefined): Promise<object> {
    const { Body: body, ContentType: type, ContentEncoding: encoding } = this.input;
    const headers = { 'content-type': type, 'content-encoding': encoding };
    await client.send({ ...requestFor(this.input), method: 'PUT', headers, body, signal });
    return {};
  }
}

export class GetObjectCommand implements Command<FoundObject> {
  readonly input: ObjectPlace;

  constructor(input: ObjectPlace) {
    this.input = input;
  }

  async run(client: SignedClient, signal: AbortSignal | undefined): Promise<FoundObject> {
    const { body } = await client.send({
      ...requestFor(this.input),
      method: 'GET',
      headers: {},
      body: '',
      signal,
    });
    return { Body: { transformToByteArray: async () => body } };
  }
}

function requestFor({ Bucket: bucket, Key: key }: ObjectPlace): Pick<AwsRequest, 'service' | 'bucket' | 'path'> {
  return { service: 's3', bucket, path: `/${key.split('/').map(encoded).join('/')}` };
}

/** As the signature wants it: encodeURIComponent leaves five more characters as they are. */
function encoded(segment: string): string {
  return encodeURIComponent(segment).replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`);
}
