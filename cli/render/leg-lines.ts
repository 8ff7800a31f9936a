import type { encodedOrder } from '../books/encoded-order.ts';
import { dollars } from './figures.ts';

type Leg = Pick<
  ReturnType<typeof encodedOrder>,
  'status' | 'reason' | 'terms' | 'preview' | 'sent_at_ms' | 'body_hash' | 'order_id' | 'history'
>;

/** What was sent, when, and every step of its life. */
export function legLines({ status, reason, terms, preview, sent_at_ms, body_hash, order_id, history }: Leg) {
  const warnings = preview == null || preview.warnings.length === 0 ? '' : `  warnings ${preview.warnings.join(', ')}`;
  return [
    `${status}${reason === null ? '' : `: ${reason}`}`,
    terms == null ? 'never sent' : `terms ${Object.entries(terms).map(termText).join('  ')}`,
    ...(preview == null
      ? []
      : [`preview total ${dollars(preview.order_total)}  commission ${dollars(preview.commission_total)}${warnings}`]),
    ...(sent_at_ms === null ? [] : [`sent ${timeText(sent_at_ms)}  body sha256 ${body_hash ?? '-'}`]),
    ...(order_id === null ? [] : [`exchange order ${order_id}`]),
    ...history.map(({ at_ms, event, status: then }) => `${timeText(at_ms)}  ${event} -> ${then}`),
  ];
}

function termText([name, value]: readonly [string, unknown]): string {
  return name === 'end_time_ms' && typeof value === 'number' ? `until ${timeText(value)}` : `${name} ${String(value)}`;
}

/** "2025-01-06 00:01:02.345": the order of two events may be within a second. */
function timeText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 23).replace('T', ' ');
}
