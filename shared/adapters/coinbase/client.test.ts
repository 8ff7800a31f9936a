import { describe, expect, test } from 'vitest';
import { productId } from '../../core/market/product.ts';
import { systemClock } from '../local/system-clock.ts';
import { createCallBudget } from './call-budget.ts';
import { createCoinbaseClient } from './client.ts';
import { listBalances } from './endpoints/accounts.ts';
import { bestBidAsk } from './endpoints/books.ts';
import { cancelOrders } from './endpoints/cancel.ts';
import { createOrder } from './endpoints/create.ts';
import { editOrder } from './endpoints/edit.ts';
import { transactionSummary } from './endpoints/fees.ts';
import { getOrder } from './endpoints/orders.ts';
import { keyPermissions } from './endpoints/permissions.ts';
import { previewOrder } from './endpoints/preview.ts';
import { getProduct } from './endpoints/products.ts';
import { REQUIRED_RETRY } from './settings.ts';
import type { Reaction } from './testing/loopback-exchange.ts';
import { failureOf, TEST_KEY, testBench } from './testing/test-client.ts';
import { virtualClock } from './testing/virtual-clock.ts';

const ALL_SLEEPS = [200, 400, 800, 1_600, 3_200];
const PERMISSIONS: Reaction = { body: { can_view: true, can_trade: true, can_transfer: false, portfolio_uuid: 'p' } };
const TOO_MANY: Reaction = {
  status: 429,
  body: { errors: [{ id: 'rate_limit_exceeded', message: 'Too many requests' }] },
};
const HTML_429: Reaction = {
  status: 429,
  headers: { 'content-type': 'text/html' },
  body: '<html><head><title>Coinbase</title></head></html>',
};
const TRACE_503: Reaction = { status: 503, body: 'go/sg/0d6e2f0a' };
const UNAUTHORISED: Reaction = { status: 401, body: 'Unauthorized\n' };
const CREATED: Reaction = { body: { success: true, success_response: { order_id: 'o-1', client_order_id: 'c-1' } } };
const CANCELLED: Reaction = {
  body: { results: [{ success: true, failure_reason: 'UNKNOWN_CANCEL_FAILURE_REASON', order_id: 'o-1' }] },
};
const CREATE = { clientOrderId: 'c-1', body: '{"client_order_id":"c-1"}' };
const EDIT = { orderId: 'o-1', price: 1n as never, size: 1n as never };

describe('reading', () => {
  test.each([
    ['429 as JSON', TOO_MANY, 'rate_limited'],
    ['429 as HTML', HTML_429, 'rate_limited'],
    ['500', { status: 500, body: { error: 'INTERNAL' } }, 'unavailable'],
    ['503 with a trace id', TRACE_503, 'unavailable'],
    ['502 with nothing', { status: 502, body: '' }, 'unavailable'],
    ['408', { status: 408, body: '' }, 'unavailable'],
    ['a reset', 'reset', 'unavailable'],
    ['a reply cut off', 'cut off', 'unavailable'],
    ['HTML with status 200', { headers: { 'content-type': 'text/html' }, body: '<html>' }, 'unavailable'],
  ] as const)('[REQ-CB1] tries 6 times with doubling pauses on %s, then says so', async (_name, reaction, kind) => {
    const { client, clock, exchange } = await testBench([reaction]);
    const answer = await keyPermissions(client);
    expect(answer.kind).toBe(kind);
    expect(exchange.received).toHaveLength(6);
    expect(clock.sleeps).toEqual(ALL_SLEEPS);
  });

  test('[REQ-CB1] succeeds as soon as the exchange does, and reports every attempt', async () => {
    const { client, clock, metered } = await testBench([TRACE_503, TOO_MANY, 'reset', PERMISSIONS]);
    expect((await keyPermissions(client)).kind).toBe('ok');
    expect(clock.sleeps).toEqual([200, 400, 800]);
    expect(metered.map(({ operation, attempt, outcome }) => [operation, attempt, outcome])).toEqual([
      ['permissions', 1, 'unavailable'],
      ['permissions', 2, 'rate_limited'],
      ['permissions', 3, 'unavailable'],
      ['permissions', 4, 'ok'],
    ]);
  });

  test('[REQ-CB1] spreads each pause between nothing and its ceiling', async () => {
    const values = [0, 0.25, 0.5, 0.75, 0.999];
    const { client, clock } = await testBench([TRACE_503], { random: () => values.shift() ?? 0 });
    await keyPermissions(client);
    expect(clock.sleeps).toEqual([0, 100, 400, 1_200, 3_196.8]);
  });

  test('[REQ-CB1] never pauses longer than the cap', async () => {
    const retry = { ...REQUIRED_RETRY, capMs: 1_000 };
    const { client, clock } = await testBench([TRACE_503], { retry });
    await keyPermissions(client);
    expect(clock.sleeps).toEqual([200, 400, 800, 1_000, 1_000]);
  });

  test.each([
    ['2', 2_000],
    ['0', 200],
    ['3600', 5_000],
    ['Fri, 20 Nov 2026 10:00:03 GMT', 3_000],
    ['soon', 200],
    ['-5', 200],
  ])('[REQ-CB1] honours Retry-After: %s with a pause of %i ms', async (header, pause) => {
    const { client, clock } = await testBench([{ ...TOO_MANY, headers: { 'retry-after': header } }, PERMISSIONS]);
    expect((await keyPermissions(client)).kind).toBe('ok');
    expect(clock.sleeps).toEqual([pause]);
  });

  test('[REQ-CB1] tries a preview again although it is a POST: it changes nothing', async () => {
    const totals = { body: { order_total: '80.28', commission_total: '0.28', errs: [], warning: ['UNKNOWN'] } };
    const { client, exchange } = await testBench([TRACE_503, 'reset', totals]);
    expect((await previewOrder(client, {})).kind).toBe('ok');
    expect(exchange.received).toHaveLength(3);
  });

  test('takes a refusal as the answer and names its reason', async () => {
    const body = { error: 'NOT_FOUND', error_details: 'order with this orderID was not found', message: 'same' };
    const { client, exchange } = await testBench([{ status: 404, body }]);
    const answer = await getOrder(client, 'o-1');
    expect(answer).toMatchObject({ kind: 'refused', status: 404, reasons: ['NOT_FOUND'] });
    expect(failureOf(answer)).toContain('order with this orderID was not found');
    expect(exchange.received).toHaveLength(1);
  });

  test('drops the word "unknown" of old replies from the reasons', async () => {
    const { client } = await testBench([
      { status: 403, body: { error: 'unknown', message: 'Missing required scopes' } },
    ]);
    expect(await keyPermissions(client)).toMatchObject({ kind: 'refused', status: 403, reasons: [] });
  });

  test('does not follow a redirect with a token', async () => {
    const { client, exchange } = await testBench([{ status: 302, headers: { location: '/elsewhere' }, body: '' }]);
    expect((await keyPermissions(client)).kind).toBe('unavailable');
    expect(exchange.received).toHaveLength(1);
  });

  test('gives up on a reply that never comes', async () => {
    const { client } = await testBench(['hang'], { timeoutMs: 30, retry: { ...REQUIRED_RETRY, maxAttempts: 2 } });
    expect(failureOf(await keyPermissions(client))).toContain('no complete reply within 30 ms');
  });
});

describe('a 401', () => {
  test('[REQ-CB1] is tried again at most twice, each time with a fresh token', async () => {
    const { client, exchange, clock } = await testBench([UNAUTHORISED]);
    const answer = await keyPermissions(client);
    expect(failureOf(answer)).toBe('unauthorised: http 401: Unauthorized');
    expect(clock.sleeps).toEqual([200, 400]);
    expect(new Set(exchange.received.map(({ authorization }) => authorization)).size).toBe(3);
  });

  test('[REQ-CB1] counts apart from other faults', async () => {
    const { client, exchange } = await testBench([UNAUTHORISED, TRACE_503, UNAUTHORISED, TOO_MANY, PERMISSIONS]);
    expect((await keyPermissions(client)).kind).toBe('ok');
    expect(exchange.received).toHaveLength(5);
  });

  test('is no proof for a create until it is final, and none was executed', async () => {
    const { client, exchange } = await testBench([UNAUTHORISED, CREATED]);
    expect((await createOrder(client, CREATE)).kind).toBe('ok');
    expect(exchange.received).toHaveLength(2);
  });
});

describe('creating an order', () => {
  test.each([
    ['a reset', 'reset'],
    ['a reply cut off', 'cut off'],
    ['a timeout', 'hang'],
    ['500', { status: 500, body: { error: 'INTERNAL' } }],
    ['503 with a trace id', TRACE_503],
    ['a redirect', { status: 302, body: '' }],
    ['an undocumented 409', { status: 409, body: {} }],
    ['HTML with status 200', { headers: { 'content-type': 'text/html' }, body: '<html>' }],
    ['an empty 200', { body: '' }],
    ['null', { body: null }],
    ['a list', { body: [] }],
  ] as const)('[REQ-CB1] [I2] is never repeated after %s: the answer is ambiguous', async (_name, reaction) => {
    // Long enough for a busy machine to connect.
    const { client, clock, exchange } = await testBench([reaction], { timeoutMs: reaction === 'hang' ? 300 : 5_000 });
    const answer = await createOrder(client, CREATE);
    expect(answer.kind).toBe('ambiguous');
    expect(exchange.received).toHaveLength(1);
    expect(clock.sleeps).toEqual([]);
  });

  test.each([400, 403, 404])('ends as refused on %i, which is documented to come before execution', async (status) => {
    const { client, exchange } = await testBench([{ status, body: { error: 'INVALID_ARGUMENT' } }]);
    expect(await createOrder(client, CREATE)).toMatchObject({ kind: 'refused', status, reasons: ['INVALID_ARGUMENT'] });
    expect(exchange.received).toHaveLength(1);
  });

  test('[REQ-CB1] is repeated byte for byte after 429, which comes before execution', async () => {
    const { client, clock, exchange } = await testBench([TOO_MANY, HTML_429, CREATED]);
    expect((await createOrder(client, CREATE)).kind).toBe('ok');
    expect(exchange.received.map(({ body }) => body)).toEqual([CREATE.body, CREATE.body, CREATE.body]);
    expect(clock.sleeps).toEqual([200, 400]);
  });

  test('[REQ-CB1] ends as rate limited after 6 times 429: proven not executed', async () => {
    const { client, clock } = await testBench([TOO_MANY]);
    expect((await createOrder(client, CREATE)).kind).toBe('rate_limited');
    expect(clock.sleeps).toEqual(ALL_SLEEPS);
  });

  test('[I2] stops at the first doubt even when a 429 came before', async () => {
    const { client, exchange } = await testBench([TOO_MANY, 'reset', CREATED]);
    expect((await createOrder(client, CREATE)).kind).toBe('ambiguous');
    expect(exchange.received).toHaveLength(2);
  });

  test('[REQ-CB1] is repeated when nothing can have left, and is then unavailable, not ambiguous', async () => {
    const { client, clock, exchange } = await testBench([CREATED]);
    await exchange.close();
    const answer = await createOrder(client, CREATE);
    expect(failureOf(answer)).toContain('unavailable: not sent: ECONNREFUSED');
    expect(clock.sleeps).toEqual(ALL_SLEEPS);
  });

  test('a failed TLS handshake comes before the request', async () => {
    const { exchange } = await testBench([CREATED]);
    const client = createCoinbaseClient({
      apiUrl: exchange.url.replace('http:', 'https:'),
      jwtHost: 'api.coinbase.com',
      timeoutMs: 2_000,
      rateLimit: { publicPerSecond: 10, privatePerSecond: 30 },
      retry: { ...REQUIRED_RETRY, maxAttempts: 1 },
      key: TEST_KEY,
      clock: virtualClock(),
      random: () => 1,
    });
    expect(failureOf(await createOrder(client, CREATE))).toContain('unavailable: not sent: EPROTO');
    expect(exchange.received).toHaveLength(0);
  });

  test('is not sent once its deadline has passed, also not after waiting for a retry', async () => {
    const clock = virtualClock();
    const { client, exchange } = await testBench([TOO_MANY], { clock });
    const late = await createOrder(client, { ...CREATE, notAfterMs: clock.nowMs() });
    expect(failureOf(late)).toContain('unavailable: not sent: its deadline has passed');
    expect(exchange.received).toHaveLength(0);

    const answer = await createOrder(client, { ...CREATE, notAfterMs: clock.nowMs() + 500 });
    expect(answer.kind).toBe('rate_limited');
    expect(clock.sleeps).toEqual([200, 400]);
    expect(exchange.received).toHaveLength(2);
  });

  test('[I4] asks again before a repetition, and stops when told to', async () => {
    const { client, exchange } = await testBench([TOO_MANY, CREATED]);
    const answer = await createOrder(client, { ...CREATE, mayResend: async () => false });
    expect(answer.kind).toBe('rate_limited');
    expect(exchange.received).toHaveLength(1);
  });

  test('[I2] has a connection of its own, since a pooled one may have been closed unseen; reads share theirs', async () => {
    const { client, exchange } = await testBench((request) => (request.method === 'GET' ? PERMISSIONS : CREATED));
    await keyPermissions(client);
    await keyPermissions(client);
    await createOrder(client, CREATE);
    await createOrder(client, CREATE);
    const [first, second, third, fourth] = exchange.received.map(({ port }) => port);
    expect(second).toBe(first);
    expect(new Set([first, third, fourth]).size).toBe(3);
  });
});

describe('editing an order', () => {
  test.each([
    ['a reset', 'reset'],
    ['503', TRACE_503],
  ] as const)('[REQ-CB1] is never repeated after %s', async (_name, reaction) => {
    const { client, exchange } = await testBench([reaction]);
    expect((await editOrder(client, EDIT)).kind).toBe('ambiguous');
    expect(exchange.received).toHaveLength(1);
  });

  test('[REQ-CB1] is repeated after 429', async () => {
    const { client, exchange } = await testBench([TOO_MANY, { body: { success: true, errors: [] } }]);
    expect((await editOrder(client, EDIT)).kind).toBe('ok');
    expect(exchange.received).toHaveLength(2);
  });
});

describe('cancelling orders', () => {
  test('[REQ-CB1] is repeated after 429, 5xx, resets and unreadable replies: it is idempotent in effect', async () => {
    const { client, clock } = await testBench([TRACE_503, 'reset', TOO_MANY, { body: '' }, CANCELLED]);
    expect((await cancelOrders(client, ['o-1'])).kind).toBe('ok');
    expect(clock.sleeps).toEqual([200, 400, 800, 1_600]);
  });

  test('stays ambiguous once in doubt, whatever refuses it later', async () => {
    const { client } = await testBench(['reset', { status: 403, body: { error: 'PERMISSION_DENIED' } }]);
    const answer = await cancelOrders(client, ['o-1']);
    expect(answer.kind).toBe('ambiguous');
    expect(failureOf(answer)).toContain('PERMISSION_DENIED');
  });
});

describe('the call budget', () => {
  test('[REQ-CB1] counts every attempt and holds back reads beyond it', async () => {
    const budget = createCallBudget(3, systemClock);
    const { client, exchange } = await testBench([TRACE_503], { budget });
    const answer = await keyPermissions(client);
    expect(exchange.received).toHaveLength(3);
    expect(failureOf(answer)).toContain('call budget exhausted (3 requests per cycle)');
    expect(answer.kind).toBe('unavailable');

    expect(failureOf(await transactionSummary(client))).toContain('call budget exhausted');
    expect(exchange.received).toHaveLength(3);
    budget.reset();
    await transactionSummary(client);
    expect(exchange.received).toHaveLength(6);
  });

  test('[REQ-CB1] holds back reads once their time is over, one order back included, and quotes a little later', async () => {
    let nowMs = 0;
    const budget = createCallBudget(10, { monotonicMs: () => nowMs });
    budget.reset(1_000);
    const { client, exchange } = await testBench([{ status: 404, body: {} }], { budget });
    const reads = [
      () => getOrder(client, 'o-1'),
      () => keyPermissions(client),
      () => bestBidAsk(client, [productId('BTC-USD')]),
    ];
    const told = async () =>
      Promise.all(reads.map(async (read) => failureOf(await read()).includes('no more is asked')));

    nowMs = 5_000;
    expect(await told()).toEqual([false, false, false]);
    nowMs += 1_000;
    expect(await told()).toEqual([true, true, false]);
    nowMs += 500;
    expect(await told()).toEqual([true, true, true]);
    const before = exchange.received.length;
    await cancelOrders(client, ['o-1']);
    expect(exchange.received).toHaveLength(before + 1);
  });

  test('never holds back what protects: create, cancel, reading one order', async () => {
    const budget = createCallBudget(1, systemClock);
    budget.take();
    const { client, exchange } = await testBench((request) => (request.path === '/orders' ? CREATED : CANCELLED), {
      budget,
    });
    expect((await createOrder(client, CREATE)).kind).toBe('ok');
    expect((await cancelOrders(client, ['o-1'])).kind).toBe('ok');
    await getOrder(client, 'o-1');
    expect(exchange.received).toHaveLength(3);
    expect(budget.used).toBe(4);
  });
});

describe('surfaces', () => {
  test('a call that needs a key is not sent without one', async () => {
    const { client, exchange } = await testBench([PERMISSIONS], { key: undefined });
    for (const answer of [await keyPermissions(client), await listBalances(client)]) {
      expect(failureOf(answer)).toContain('unauthorised');
    }
    expect(exchange.received).toHaveLength(0);
  });

  test('market data goes to the public twin without a key, and never with a token', async () => {
    const { client, exchange } = await testBench([{ status: 404, body: {} }], { key: undefined });
    await getProduct(client, productId('BTC-USD'));
    expect(exchange.received[0]).toMatchObject({ path: '/market/products/BTC-USD', authorization: undefined });
  });

  test.each([
    'http://api.coinbase.com',
    'https://api.coinbase.com/v3',
    'ftp://127.0.0.1',
    'x',
    'http://127.0.0.1.evil.org',
  ])('refuses to connect to %s', async (apiUrl) => {
    await expect(testBench([], { apiUrl })).rejects.toThrow(RangeError);
  });
});

describe('what failures say', () => {
  test('[I11] carries no key and no token, however the exchange echoes them', async () => {
    const { client } = await testBench((request) => ({
      status: 400,
      body: {
        error: 'INVALID_ARGUMENT',
        message: `${request.authorization} ${TEST_KEY.privateKey} ${TEST_KEY.privateKey.split('\n')[1]}`,
      },
    }));
    const text = failureOf(await keyPermissions(client));
    expect(text).toContain('INVALID_ARGUMENT');
    expect(text).not.toMatch(/eyJ|BEGIN|PRIVATE/);
    for (const line of TEST_KEY.privateKey.split('\n').filter((part) => part.length > 16)) {
      expect(text).not.toContain(line);
    }
  });

  test('[I11] is one line of at most 300 characters', async () => {
    const { client } = await testBench([{ status: 400, body: `<html>\n${'x'.repeat(100_000)}` }]);
    const answer = await keyPermissions(client);
    if (answer.kind === 'ok') throw new Error('refusal expected');
    expect(answer.message).toHaveLength(300);
    expect(answer.message).not.toContain('\n');
  });
});
