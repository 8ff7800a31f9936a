import { mkdirSync, readFileSync } from 'node:fs';
import { GetParameterCommand, ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import { explained } from './remedy.ts';

async function thrownBy(work: () => unknown): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

const ask = (client: SSMClient) => () => client.send(new GetParameterCommand({ Name: '/x' }));

const NOT_OPEN = Object.assign(
  new Error('Database failed to open', { cause: new Error('IO error: /x/LOCK: denied') }),
  {
    code: 'LEVEL_DATABASE_NOT_OPEN',
  },
);

describe("an error that is not the program's", () => {
  it.each([
    [
      'a file in the place of a folder',
      () => mkdirSync(import.meta.filename, { recursive: true }),
      /^EEXIST: .*; something else has that name/,
    ],
    ['a missing file', () => readFileSync('/nowhere/at/all'), /^ENOENT: .*'\/nowhere\/at\/all'; there is no such file/],
    [
      'a folder that cannot be made',
      () => mkdirSync('/nowhere/at/all'),
      /^ENOENT: .*'\/nowhere\/at\/all'; nothing can be made there: name another place/,
    ],
    [
      'a shell without credentials',
      ask(new SSMClient({ region: 'eu-west-1', credentials: () => Promise.reject(named('CredentialsProviderError')) })),
      /^CredentialsProviderError: no; sign in, or set AWS_PROFILE/,
    ],
    [
      'a shell without a region',
      ask(new SSMClient({ region: (): Promise<string> => Promise.reject(new Error('Region is missing')) })),
      /^Region is missing; set AWS_REGION/,
    ],
    [
      'an address where nothing listens',
      ask(
        new SSMClient({
          region: 'eu-west-1',
          endpoint: 'http://127.0.0.1:1',
          maxAttempts: 1,
          credentials: { accessKeyId: 'x', secretAccessKey: 'y' },
        }),
      ),
      /ECONNREFUSED.*; nothing answers there/,
    ],
    [
      'a stage that is not deployed',
      () => Promise.reject(new ParameterNotFound({ message: 'none', $metadata: { httpStatusCode: 400 } })),
      /^ParameterNotFound: none; is the stage deployed/,
    ],
    [
      'somebody who may not',
      () => Promise.reject(named('AccessDeniedException')),
      /; use the credentials of an operator/,
    ],
    [
      'a state folder that this user may not write',
      () => Promise.reject(NOT_OPEN),
      /^IO error: .*LOCK.*; this user must/,
    ],
    [
      'a damaged table',
      () => Promise.reject(new Error('/x/table cannot be opened; restore it', { cause: NOT_OPEN })),
      /^\/x\/table cannot be opened; restore it$/,
    ],
  ])('%s is said with a remedy', async (_, work, words) => {
    expect(explained(await thrownBy(work))).toMatch(words);
  });

  it('a fault of the program is left to its stack', () => {
    for (const error of [new TypeError('x is not a function'), new Error('bug'), 'text', undefined]) {
      expect(explained(error)).toBeUndefined();
    }
  });
});

function named(name: string): Error {
  return Object.assign(new Error('no'), { name });
}
