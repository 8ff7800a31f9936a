import { describe, expect, it } from 'vitest';
import type { AssessmentRecord } from '../core/cycle/decision.ts';
import { price } from '../core/money/fixed.ts';
import type { Account } from '../core/portfolio/account.ts';
import { reserve } from '../core/portfolio/ledger.ts';
import type { ApprovedOrder } from '../core/risk/approved-order.ts';
import { openOrLoad } from './open-account.ts';
import { publishOutbox } from './publish-outbox.ts';
import { approvedOrder, BTC, type Desk } from './testing/desk.ts';
import { deskOpener } from './testing/each-desk.ts';

const openDesk = deskOpener();

async function reserved(desk: Desk, orders: readonly ApprovedOrder[]): Promise<Account> {
  const opened = await openOrLoad(desk.ports, desk.settings, 1);
  if (opened.kind !== 'open') throw new Error(opened.detail);
  const next = { ...reserve(opened.account, orders), version: opened.account.version + 1, fence: 1 };
  await desk.ports.accounts.save(next);
  return next;
}

function assessmentOf(clientOrderId: string): AssessmentRecord {
  return {
    symbol: BTC,
    side: 'BUY',
    purpose: 'entry',
    reason: 'breakout',
    proposal: null,
    agreed_by: ['donchian'],
    outcome: 'approved',
    risk_reason: null,
    records: [],
    client_order_id: clientOrderId,
  } as unknown as AssessmentRecord;
}

describe('publishing the outbox', () => {
  it('[I12] keeps with each order what was said of it and what was bid and asked', async () => {
    const desk = openDesk();
    const [mine, other] = [approvedOrder(desk), approvedOrder(desk, { nonce: 'e2' })];
    const account = await reserved(desk, [mine, other]);
    const [quote] = await quotes(desk);
    await publishOutbox(desk.ports, desk.settings, account, 1, {
      assessments: [assessmentOf('somebody-else'), assessmentOf(mine.client_order_id)],
      symbols: [{ productId: BTC, quote }],
    });
    const record = await desk.ports.orders.find(mine.client_order_id);
    expect(record?.assessment).toEqual(assessmentOf(mine.client_order_id));
    expect(record?.decided.quote).toEqual({ bid: price('99.9'), ask: price('100') });
    // Decided by an earlier cycle: neither today's words nor today's market are its own.
    const earlier = await desk.ports.orders.find(other.client_order_id);
    expect(earlier).toMatchObject({ assessment: null, decided: { quote: null } });
  });

  it('[I6] publishes an order also when a figure of its assessment is no number', async () => {
    const desk = openDesk();
    const mine = approvedOrder(desk);
    const account = await reserved(desk, [mine]);
    const assessment = { ...assessmentOf(mine.client_order_id), records: [{ current_pct: Number.NaN }] };
    await publishOutbox(desk.ports, desk.settings, account, 1, {
      assessments: [assessment as unknown as AssessmentRecord],
      symbols: [],
    });
    expect((await desk.ports.orders.find(mine.client_order_id))?.assessment).toMatchObject({
      records: [{ current_pct: null }],
    });
    expect(desk.messages).toHaveLength(1);
  });
});

async function quotes(desk: Desk) {
  const answer = await desk.ports.marketData.quotes([BTC]);
  if (answer.kind !== 'ok') throw new Error('the desk has quotes');
  return [answer.value[0] ?? null] as const;
}
