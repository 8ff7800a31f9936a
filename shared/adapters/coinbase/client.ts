import { type Answer, type ExchangeFailure, failureText } from '../../ports/answer.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Operation } from '../../ports/telemetry.ts';
import { type Attempter, createAttempter } from './attempt.ts';
import { type Call, isProtective } from './call.ts';
import type { CallBudget } from './call-budget.ts';
import { createRateLimiter } from './rate-limiter.ts';
import { createRedactor } from './redact.ts';
import { type Effect, mayRepeat, pauseMs } from './retry.ts';
import type { CoinbaseSettings } from './settings.ts';

export interface CoinbaseClient {
  readonly hasKey: boolean;
  readonly clock: Clock;
  /** Never throws for what the exchange or the network does. */
  send<Value>(call: Call<Value>): Promise<Answer<Value>>;
  /** Reports what was tolerated. */
  noteAnomaly(text: string): void;
  /** Drops idle connections. */
  close(): void;
}

/** Answers what keeps a call from being sent now; undefined lets it through. */
type Gate = (call: Call<unknown>) => Promise<ExchangeFailure | undefined>;

/** Throws when the address or the key cannot be used. */
export function createCoinbaseClient(settings: CoinbaseSettings): CoinbaseClient {
  const attempter = createAttempter(settings);
  const gate = createGate(settings, attempter.hasKey);
  const redact = createRedactor(settings.key);
  return {
    hasKey: attempter.hasKey,
    clock: settings.clock,
    async send(call) {
      const answer = await sendUntilAnswered(call, settings, attempter, gate);
      return answer.kind === 'ok' ? answer : presentable(answer, redact);
    },
    noteAnomaly: (text) => settings.onAnomaly?.(redact(text)),
    close: attempter.close,
  };
}

function createGate({ clock, rateLimit, budget }: CoinbaseSettings, hasKey: boolean): Gate {
  const limiters = {
    public: createRateLimiter(rateLimit.publicPerSecond, clock),
    private: createRateLimiter(rateLimit.privatePerSecond, clock),
  };
  return async ({ operation, surface, effect, notAfterMs }) => {
    if (surface === 'private' && !hasKey) {
      return { kind: 'unauthorised', message: `${operation} needs an API key and none is configured` };
    }
    const spent = spentOf(budget, operation, effect);
    if (spent !== undefined) return { kind: 'unavailable', message: spent };
    await limiters[surface].acquire();
    if (notAfterMs !== undefined && clock.nowMs() >= notAfterMs) {
      return { kind: 'unavailable', message: 'not sent: its deadline has passed' };
    }
    return undefined;
  };
}

function spentOf(budget: CallBudget | undefined, operation: Operation, effect: Effect): string | undefined {
  const late = effect === 'read' ? budget?.late(operation) : undefined;
  return late ?? (isProtective(operation) ? budget?.force() : budget?.take());
}

async function sendUntilAnswered<Value>(
  call: Call<Value>,
  { clock, random, retry }: CoinbaseSettings,
  attempter: Attempter,
  gate: Gate,
): Promise<Answer<Value>> {
  let unauthorised = 0;
  let earlier: ExchangeFailure | undefined;
  for (let attempts = 1; ; attempts += 1) {
    const barred = await gate(call);
    if (barred !== undefined) return afterAll(barred, earlier);

    const result = await attempter.attempt(call, attempts);
    if (result.kind === 'answered') return doubted(result.answer, earlier);

    unauthorised += Number(result.cause === 'unauthorised');
    earlier = doubted(result.failure, earlier);
    if (!mayRepeat(call.effect, result.cause, { attempts, unauthorised }, retry)) return earlier;
    await clock.sleep(pauseMs(attempts, random, result.retryAfterMs, retry));
    if (!(await isStillWanted(call))) return earlier;
  }
}

async function isStillWanted({ mayResend }: Call<unknown>): Promise<boolean> {
  return mayResend === undefined || mayResend();
}

/** What barred a repetition does not change how the earlier attempt ended. */
function afterAll(barred: ExchangeFailure, earlier: ExchangeFailure | undefined): ExchangeFailure {
  return earlier === undefined ? barred : explained(earlier, barred);
}

/** A doubt once raised is not lifted by a later refusal: the earlier attempt may have been executed. */
function doubted<Given extends Answer<unknown>>(
  answer: Given,
  earlier: ExchangeFailure | undefined,
): Given | ExchangeFailure {
  if (answer.kind === 'ok' || answer.kind === 'ambiguous' || earlier?.kind !== 'ambiguous') return answer;
  return explained(earlier, answer);
}

/** The first failure's kind stands; the message tells both. */
function explained(standing: ExchangeFailure, last: ExchangeFailure): ExchangeFailure {
  return { ...standing, message: `${standing.message}; then ${failureText(last)}` };
}

function presentable(failure: ExchangeFailure, redact: (text: string) => string): ExchangeFailure {
  const message = redact(failure.message);
  if (failure.kind !== 'refused') return { ...failure, message };
  return { ...failure, message, reasons: failure.reasons.slice(0, 10).map(redact) };
}
