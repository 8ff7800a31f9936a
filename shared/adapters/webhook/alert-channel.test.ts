import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { raised } from '../../app/alerts.ts';
import type { AlertNotice } from '../../core/alerts/alert-book.ts';
import { loneNotice } from '../../core/alerts/keep-alerts.ts';
import { fanOut } from '../alerts/fan-out.ts';
import { webhookAddress, webhookAlertChannel } from './alert-channel.ts';

const TOKEN = 'T0KEN-in-the-address';
const NOTICE: AlertNotice = loneNotice(
  raised('LEDGER_BREAK', 'BTC-USD', '<!channel> key organizations/abc/apiKeys/def @everyone', 1_000),
  { runbookUrl: 'docs/runbook.md' },
);

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

/** A chat on loopback; `answer` is asked for each request. */
async function chat(answer: (response: ServerResponse, attempt: number) => void) {
  const seen: { readonly url: string; readonly body: Record<string, unknown> }[] = [];
  const listener = createServer((request, response) => {
    void read(request).then((text) => {
      seen.push({ url: request.url ?? '', body: JSON.parse(text) });
      answer(response, seen.length);
    });
  });
  server = listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  return { seen, url: (query = '') => new URL(`http://127.0.0.1:${port}/${TOKEN}${query}`) };
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

const status = (code: number) => (response: ServerResponse) => void response.writeHead(code).end('no');

describe('a webhook', () => {
  it('[REQ-AL1] [I11] tells Slack without its markup and without secrets', async () => {
    const { seen, url } = await chat(status(200));
    await webhookAlertChannel({ format: 'slack', address: url() }).send(NOTICE);

    expect(seen[0]?.body['text']).toBe(
      [
        '[CRITICAL] LEDGER_BREAK BTC-USD: books and balances differ',
        '&lt;!channel&gt; key [redacted] @everyone',
        'Do: find who else moves money in this account',
        'Runbook: docs/runbook.md#ledger_break',
        '1970-01-01T00:00:01.000Z',
      ].join('\n'),
    );
  });

  it('[REQ-AL1] tells Discord without calling everybody', async () => {
    const { seen, url } = await chat(status(204));
    await webhookAlertChannel({ format: 'discord', address: url() }).send({ ...NOTICE, detail: 'x'.repeat(5_000) });

    expect(seen[0]?.body).toMatchObject({ allowed_mentions: { parse: [] } });
    expect(String(seen[0]?.body['content']).length).toBeLessThanOrEqual(2_000);
  });

  it('[REQ-AL1] tells Telegram in the chat that the address names', async () => {
    const { seen, url } = await chat(status(200));
    await webhookAlertChannel({ format: 'telegram', address: url('?chat_id=-42') }).send({
      ...NOTICE,
      event: 'resolved',
      severity: 'INFO',
      detail: 'over',
    });

    expect(seen[0]).toMatchObject({ url: `/${TOKEN}`, body: { chat_id: '-42' } });
    expect(seen[0]?.body['text']).toMatch(/^RESOLVED: LEDGER_BREAK BTC-USD: .*\nover\n1970/);
  });

  it('[REQ-AL1] tries once more where that may help, and not where it cannot', async () => {
    const flaky = await chat((response, attempt) => status(attempt === 1 ? 503 : 200)(response));
    await webhookAlertChannel({ format: 'slack', address: flaky.url() }).send(NOTICE);
    expect(flaky.seen).toHaveLength(2);
    server?.close();

    const wrong = await chat(status(404));
    await expect(webhookAlertChannel({ format: 'slack', address: wrong.url() }).send(NOTICE)).rejects.toThrow(
      'the slack webhook did not take an alert: status 404',
    );
    expect(wrong.seen).toHaveLength(1);
  });

  it('[REQ-AL1] does not wait for a chat that is silent', async () => {
    const { url } = await chat(() => undefined);
    const channel = webhookAlertChannel({ format: 'slack', address: url(), timeoutMs: 30 });
    await expect(channel.send(NOTICE)).rejects.toThrow('no answer in 30 ms');
  });

  it.each([
    ['is refused', (response: ServerResponse) => status(500)(response)],
    ['breaks off', (response: ServerResponse) => void response.destroy()],
    ['is sent elsewhere', (response: ServerResponse) => void response.writeHead(302, { location: 'http://x/' }).end()],
  ])('[I11] [REQ-SEC1] never says its address when it %s', async (_how, answer) => {
    const { url } = await chat(answer);
    const error: unknown = await webhookAlertChannel({ format: 'slack', address: url() })
      .send(NOTICE)
      .catch((reason: unknown) => reason);

    expect(error).toBeInstanceOf(Error);
    expect(
      `${String(error)} ${JSON.stringify(error)} ${(error as Error).stack} ${String((error as Error).cause)}`,
    ).not.toContain(TOKEN);
  });

  it.each([
    ['slack', 'http://hooks.example/x'],
    ['slack', `not an address ${TOKEN}`],
    ['telegram', `https://api.telegram.org/bot${TOKEN}/sendMessage`],
  ] as const)('[I11] refuses the %s address %s and does not repeat it', (format, text) => {
    const parse = () => webhookAddress(format, text, 'the secret');
    expect(parse).toThrow(/^the secret must/);
    expect(parse).not.toThrow(TOKEN);
  });
});

describe('several channels', () => {
  const good = { name: 'file', send: async () => undefined };
  const bad = { name: 'slack', send: () => Promise.reject(new Error('down')) };

  it('[REQ-AL1] have told when one of them has, and say which did not', async () => {
    const failed: string[] = [];
    await fanOut([bad, good], (name) => failed.push(name)).send(NOTICE);
    expect(failed).toEqual(['slack']);
  });

  it('[REQ-AL1] have not told when none has', async () => {
    await expect(fanOut([bad], () => undefined).send(NOTICE)).rejects.toThrow('no channel took the alert');
  });
});
