import * as z from 'zod';
import { decide } from '../../shared/core/cycle/decide.ts';
import type { OrderRecord } from '../../shared/core/execution/order-record.ts';
import type { Books } from './open-books.ts';
import { inputsOf } from './read-books.ts';

const figure = z.number().nullable();

/** What an audit shows of an assessment. Records outlive versions, so what it does not know it leaves out. */
const assessmentSchema = z.object({
  reason: z.string(),
  agreed_by: z.array(z.string()).default([]),
  outcome: z.string(),
  proposal: z
    .object({
      symbol: z.string(),
      side: z.string(),
      strategy: z.string(),
      reason: z.string(),
      notional_pct: z.number(),
      stop_loss_pct: z.number(),
      take_profit_pct: z.number(),
      conviction: z.number(),
      trigger: z.record(z.string(), z.number().nullable()),
    })
    .nullable(),
  records: z.array(
    z.object({
      rule: z.string(),
      verdict: z.enum(['allow', 'cap', 'deny']),
      risk_reason: z.string().nullable(),
      cap_type: z.string().nullable(),
      current_pct: figure,
      proposed_pct: figure,
      limit_pct: figure,
      detail: z.string().nullable(),
    }),
  ),
});

export type Assessment = Readonly<z.output<typeof assessmentSchema>>;

export interface KnownAssessment {
  readonly assessment: Assessment | null;
  /** 'record': kept with the order. 'archive': a crash lost it, and the slot was decided again from its inputs [I8]. */
  readonly source: 'record' | 'archive' | null;
}

export async function assessmentOf(books: Books, first: OrderRecord): Promise<KnownAssessment> {
  const kept = assessmentSchema.safeParse(first.assessment);
  if (kept.success) return { assessment: kept.data, source: 'record' };
  const inputs = await inputsOf(books, first.decided.slot_ms);
  if (inputs === null) return { assessment: null, source: null };
  const { assessments } = decide(inputs.snapshot, inputs.account, inputs.config);
  const again = assessments.find(({ client_order_id }) => client_order_id === first.client_order_id);
  const parsed = assessmentSchema.safeParse(again);
  return parsed.success ? { assessment: parsed.data, source: 'archive' } : { assessment: null, source: null };
}
