import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { secretsManagerSecrets } from '../../shared/adapters/secrets-manager/secrets.ts';
import { killSwitchName, setSsmKillSwitch, ssmKillSwitch } from '../../shared/adapters/ssm/kill-switch.ts';
import { type AwsJsonStub, clientConfig, type StubReply, startAwsJsonStub } from './aws-json-stub.ts';
import { killSwitchContract } from './kill-switch.contract.ts';

const NAME = killSwitchName('paper');
let stub: AwsJsonStub;
let ssm: SSMClient;
let secretsManager: SecretsManagerClient;

beforeAll(async () => {
  stub = await startAwsJsonStub();
  ssm = new SSMClient(clientConfig(stub.endpoint));
  secretsManager = new SecretsManagerClient(clientConfig(stub.endpoint));
});
beforeEach(() => {
  stub.calls.length = 0;
});
afterAll(async () => {
  ssm.destroy();
  secretsManager.destroy();
  await stub.close();
});

function parameterStore(): { text: string | undefined; readonly reply: AwsJsonStub['reply'] } {
  const store = {
    text: undefined as string | undefined,
    reply: (operation: string, input: Record<string, unknown>): StubReply => {
      if (input['Name'] !== NAME) return { kind: 'error', type: 'ParameterNotFound' };
      if (operation === 'PutParameter') {
        store.text = String(input['Value']);
        return { kind: 'ok', body: { Version: 1 } };
      }
      if (store.text === undefined) return { kind: 'error', type: 'ParameterNotFound' };
      return {
        kind: 'ok',
        body: { Parameter: { Name: NAME, Type: 'String', Value: store.text, LastModifiedDate: 1_764_000_000.5 } },
      };
    },
  };
  return store;
}

killSwitchContract('SSM parameter', () => {
  const store = parameterStore();
  stub.reply = store.reply;
  return {
    killSwitch: ssmKillSwitch(ssm, NAME),
    store: (text) => {
      store.text = text;
    },
  };
});

describe('SSM kill switch', () => {
  it.each([
    ['AccessDeniedException', 400],
    ['ThrottlingException', 400],
    ['InternalServerError', 500],
  ])('[I4] is killed when the answer is %s', async (type, status) => {
    stub.reply = () => ({ kind: 'error', type, status });
    const state = await ssmKillSwitch(ssm, NAME).read();
    expect(state).toMatchObject({ kind: 'killed', reason: expect.stringContaining(`unreadable: ${type}`) });
  });

  it('[I4] is killed when no answer comes in time', async () => {
    stub.reply = () => ({ kind: 'silence' });
    expect(await ssmKillSwitch(ssm, NAME, 30).read()).toEqual({
      kind: 'killed',
      reason: 'unreadable: no answer within 30 ms',
    });
  });

  it('[I4] is killed when nothing listens', async () => {
    const nowhere = new SSMClient(clientConfig('http://127.0.0.1:1'));
    expect(await ssmKillSwitch(nowhere, NAME).read()).toMatchObject({ kind: 'killed' });
  });

  it('[I4] is killed in time when not even the credentials can be had', async () => {
    const stuck = new SSMClient({ ...clientConfig(stub.endpoint), credentials: () => new Promise(() => {}) });
    expect(await ssmKillSwitch(stuck, NAME, 30).read()).toMatchObject({ kind: 'killed' });
  });

  it('[REQ-K1] reads back what was set, and tells the setter when it could not be', async () => {
    stub.reply = parameterStore().reply;
    await setSsmKillSwitch(ssm, NAME, { kind: 'killed', reason: 'drill' });
    expect(await ssmKillSwitch(ssm, NAME).read()).toMatchObject({ kind: 'killed', reason: 'drill' });
    stub.reply = () => ({ kind: 'error', type: 'AccessDeniedException' });
    await expect(setSsmKillSwitch(ssm, NAME, { kind: 'armed' })).rejects.toThrow(/AccessDenied/);
  });
});

describe('Secrets Manager secrets', () => {
  const secrets = () => secretsManagerSecrets(secretsManager, { view: 'bot/view', trade: 'bot/trade' });
  const hold = (text: string) => {
    stub.reply = () => ({ kind: 'ok', body: { SecretString: text } });
  };

  it.each(['name', 'id'])('[REQ-SEC1] reads a key file that spells its name "%s"', async (spelling) => {
    hold(JSON.stringify({ [spelling]: 'organizations/o/apiKeys/k', privateKey: 'seed', nickname: 'mine' }));
    expect(await secrets().apiKey('view')).toEqual({ name: 'organizations/o/apiKeys/k', privateKey: 'seed' });
  });

  it('asks for the secret of the purpose, anew each time', async () => {
    hold('{"name":"n","privateKey":"k"}');
    const both = secrets();
    for (const purpose of ['view', 'trade', 'trade'] as const) await both.apiKey(purpose);
    expect(stub.calls.map(({ input }) => input['SecretId'])).toEqual(['bot/view', 'bot/trade', 'bot/trade']);
  });

  it.each([
    ['no JSON', 'hunter2-hunter2'],
    ['no private key', '{"name":"hunter2-hunter2"}'],
    ['no name', '{"privateKey":"hunter2-hunter2"}'],
    ['an empty private key', '{"name":"hunter2-hunter2","privateKey":""}'],
    ['a key that is no text', '{"name":"n","privateKey":{"hunter2-hunter2":1}}'],
  ])('[I11] names the secret but no part of it when it is malformed: %s', async (_name, text) => {
    hold(text);
    const error = await secrets()
      .apiKey('trade')
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    const said = `${(error as Error).stack} ${JSON.stringify(error)} ${String((error as Error).cause)}`;
    expect(said).toContain('bot/trade');
    expect(said).not.toContain('hunter2');
  });

  it('throws when the secret cannot be read', async () => {
    stub.reply = () => ({ kind: 'error', type: 'ResourceNotFoundException' });
    await expect(secrets().apiKey('view')).rejects.toThrow(/ResourceNotFound/);
  });
});
