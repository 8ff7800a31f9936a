import type { Answer } from '../../ports/answer.ts';
import { BASE_PATH, type Call, type Timing, targetOf } from './call.ts';
import { createTokenSigner, type TokenSigner } from './jwt.ts';
import { judge, type Outcome, withoutAnswer } from './outcome.ts';
import { type CoinbaseSettings, checkedApiUrl } from './settings.ts';
import { createTransport } from './transport.ts';

export type Attempted<Value> =
  | { readonly kind: 'answered'; readonly answer: Answer<Value> }
  | Extract<Outcome, { readonly kind: 'failed' }>;

export interface Attempter {
  readonly hasKey: boolean;
  /** Sends the call once, with a token of its own. `number` counts from 1. */
  attempt<Value>(call: Call<Value>, number: number): Promise<Attempted<Value>>;
  close(): void;
}

/** Throws when the address or the key cannot be used. */
export function createAttempter(settings: CoinbaseSettings): Attempter {
  const { apiUrl, jwtHost, timeoutMs, key, clock, meter } = settings;
  const transport = settings.transport ?? createTransport(checkedApiUrl(apiUrl), timeoutMs);
  const signer = key === undefined ? undefined : createTokenSigner(key, jwtHost, clock);
  return {
    hasKey: signer !== undefined,
    async attempt(call, number) {
      const headers = await headersOf(call, signer);
      const sentMs = clock.monotonicMs();
      const delivery = await transport.deliver({
        method: call.method,
        target: targetOf(call),
        headers,
        body: call.body,
        ownConnection: call.effect === 'create' || call.effect === 'edit',
      });
      const timing = { sentMs, receivedMs: clock.monotonicMs() };
      const result = read(call, judge(delivery, call.effect, clock.nowMs()), timing);
      const outcome = result.kind === 'answered' ? result.answer.kind : result.failure.kind;
      meter?.record({ operation: call.operation, attempt: number, ms: timing.receivedMs - sentMs, outcome });
      return result;
    },
    close: transport.close,
  };
}

async function headersOf(call: Call<unknown>, signer: TokenSigner | undefined): Promise<Record<string, string>> {
  const headers: Record<string, string> = { accept: 'application/json', 'user-agent': '247trader' };
  // Public replies come from a cache of about a second otherwise.
  if (call.surface === 'public') headers['cache-control'] = 'no-cache';
  if (call.body !== undefined) headers['content-type'] = 'application/json';
  if (call.surface === 'private' && signer !== undefined) {
    headers['authorization'] = `Bearer ${await signer.sign(call.method, BASE_PATH + call.path)}`;
  }
  return headers;
}

function read<Value>(call: Call<Value>, outcome: Outcome, timing: Timing): Attempted<Value> {
  return outcome.kind === 'body' ? { kind: 'answered', answer: decoded(call, outcome.value, timing) } : outcome;
}

function decoded<Value>(call: Call<Value>, reply: unknown, timing: Timing): Answer<Value> {
  try {
    return call.decode(reply, timing);
  } catch (error) {
    // Whatever broke, the request was answered: a write may have been executed.
    return withoutAnswer(call.effect, `unreadable reply: ${error instanceof Error ? error.message : 'unknown fault'}`);
  }
}
