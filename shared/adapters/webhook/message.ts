import type { AlertNotice } from '../../core/alerts/alert-book.ts';

export const WEBHOOK_FORMATS = ['slack', 'discord', 'telegram'] as const;
export type WebhookFormat = (typeof WEBHOOK_FORMATS)[number];

export interface WebhookRequest {
  readonly url: URL;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Where a message goes and what it looks like there. Nothing in it can call a whole channel or become a link preview. */
export function webhookRequest(format: WebhookFormat, address: URL, notice: AlertNotice): WebhookRequest {
  switch (format) {
    case 'slack':
      return { url: address, body: { text: clipped(slackText(notice), 3_000), unfurl_links: false } };
    case 'discord':
      return { url: address, body: { content: clipped(plainText(notice), 1_900), allowed_mentions: { parse: [] } } };
    case 'telegram':
      return telegram(address, clipped(plainText(notice), 4_000));
    default:
      return format satisfies never;
  }
}

/** The chat stands in the address as `?chat_id=...` and travels in the body, where the service reads it with the rest. */
function telegram(address: URL, text: string): WebhookRequest {
  const url = new URL(address);
  const chatId = url.searchParams.get('chat_id');
  url.search = '';
  return { url, body: { chat_id: chatId, text, link_preview_options: { is_disabled: true } } };
}

const WORDS = { opened: '', repeated: 'again: ', escalated: 'STILL OPEN: ', resolved: 'RESOLVED: ' } as const;

function plainText(notice: AlertNotice): string {
  const { severity, event, title, detail, remedy, runbook, held_back } = notice;
  const more = held_back === 0 ? '' : ` (${held_back} identical held back before)`;
  const head = `${event === 'resolved' ? '' : `[${severity}] `}${WORDS[event]}${title}`;
  const tail = event === 'resolved' ? [] : [`Do: ${remedy}`, `Runbook: ${runbook}`];
  return [head, `${detail}${more}`, ...tail, new Date(notice.at_ms).toISOString()].join('\n');
}

/** Slack reads `<!channel>` and links in angle brackets. */
function slackText(notice: AlertNotice): string {
  return plainText(notice).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function clipped(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 3)}...`;
}
