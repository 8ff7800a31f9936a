import type { AlertChannel } from '../../ports/notifier.ts';
import { keepSecret } from '../known-secrets.ts';
import { redactedNotice } from '../redact.ts';
import { type WebhookFormat, webhookRequest } from './message.ts';

export interface WebhookSettings {
  readonly format: WebhookFormat;
  /** A secret as a whole: who knows it can write into the channel. It is never logged, and no error names it. */
  readonly address: URL;
  readonly timeoutMs?: number;
}

/** With the second attempt still within the limit of an alert. */
const TIMEOUT_MS = 2_000;
const ATTEMPTS = 2;

/** Posts to a chat. What did not work once is tried once more; then it throws, with the status alone. */
export function webhookAlertChannel({ format, address, timeoutMs = TIMEOUT_MS }: WebhookSettings): AlertChannel {
  // The host is no secret; what follows it is.
  keepSecret(`${address.pathname}${address.search}`);
  return {
    async send(notice) {
      const { url, body } = webhookRequest(format, address, redactedNotice(notice));
      let outcome = 'not tried';
      for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
        outcome = await post(url, JSON.stringify(body), timeoutMs);
        if (outcome === 'sent') return;
        // What the service did not like it will not like better the second time.
        if (outcome.startsWith('status 4')) break;
      }
      throw new Error(`the ${format} webhook did not take an alert: ${outcome}`);
    },
  };
}

async function post(url: URL, body: string, timeoutMs: number): Promise<string> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      // An answer that sends us elsewhere would take the secret along.
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.body?.cancel();
    return response.ok ? 'sent' : `status ${response.status}`;
  } catch (error) {
    return error instanceof Error && error.name === 'TimeoutError' ? `no answer in ${timeoutMs} ms` : 'not reachable';
  }
}

/**
 * The address from its secret. https only (http for this machine); Telegram's names the chat. The error says what is
 * expected and never a part of the value.
 */
export function webhookAddress(format: WebhookFormat, text: string, source: string): URL {
  const url = URL.parse(text.trim());
  const isLoopback = url !== null && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (url === null || !(url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback))) {
    throw new Error(`${source} must be the https address of a ${format} webhook`);
  }
  if (format === 'telegram' && !url.searchParams.get('chat_id')) {
    throw new Error(`${source} must look like https://api.telegram.org/bot<token>/sendMessage?chat_id=<chat>`);
  }
  return url;
}
