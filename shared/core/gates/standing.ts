import { checklist, type GateContext, type GateItem, ofKind } from './checklist.ts';
import type { Evidence, EvidenceOf, Step } from './evidence.ts';

type LiveStep = 'LIVE_CANARY' | 'LIVE';
type Confirmation = EvidenceOf<'confirmation'>;

/** What the gates permit right now. */
export type Standing =
  | { readonly kind: 'granted'; readonly step: LiveStep }
  /** `isUnread`: nobody could look, so nothing is permitted and nothing has lapsed. */
  | { readonly kind: 'refused'; readonly reason: string; readonly isUnread?: true };

/** The highest step that was confirmed and still holds. One whose evidence has gone does not fall back to a lower LIVE one by itself. */
export function standingOf(evidence: readonly Evidence[], context: GateContext): Standing {
  for (const step of ['LIVE', 'LIVE_CANARY'] as const) {
    const confirmation = confirmationOf(step, evidence);
    if (confirmation !== undefined) return standingAt(step, confirmation, evidence, context);
  }
  return refused('nobody has promoted it: trader promote --to LIVE_CANARY');
}

function standingAt(
  step: LiveStep,
  confirmation: Confirmation,
  evidence: readonly Evidence[],
  context: GateContext,
): Standing {
  const problem = confirmationProblem(confirmation, context);
  if (problem !== null) return refused(`${step}: ${problem}`);
  const missing = checklist(step, evidence, context).filter(({ is_met }) => !is_met);
  if (missing.length > 0) return refused(`${step}: ${missing.map(itemText).join('; ')}`);
  return { kind: 'granted', step };
}

export function itemText({ gate, detail }: Pick<GateItem, 'gate' | 'detail'>): string {
  return `${gate}: ${detail}`;
}

/** The step that was reached and not left since. */
export function reachedStep(evidence: readonly Evidence[]): Step | 'DRY_RUN' {
  return (
    (['LIVE', 'LIVE_CANARY', 'PAPER'] as const).find((step) => confirmationOf(step, evidence) !== undefined) ??
    'DRY_RUN'
  );
}

const RANK = { DRY_RUN: 0, PAPER: 1, LIVE_CANARY: 2, LIVE: 3 } as const;

/** undefined: never given, or given before a demotion below it. */
export function confirmationOf(step: Step, evidence: readonly Evidence[]): Confirmation | undefined {
  const confirmation = ofKind(evidence, 'confirmation').find(({ to }) => to === step);
  if (confirmation === undefined) return undefined;
  const isLeft = ofKind(evidence, 'demotion').some(
    ({ to, at_ms }) => RANK[to] < RANK[step] && at_ms >= confirmation.at_ms,
  );
  return isLeft ? undefined : confirmation;
}

function confirmationProblem(confirmation: Confirmation, context: GateContext): string | null {
  if (confirmation.expires_ms <= context.nowMs) return `the word of ${confirmation.by} has expired: promote it again`;
  if (confirmation.code_version !== context.codeVersion) return 'it was confirmed for other code: promote it again';
  if (confirmation.risk_hash !== context.riskHash) return 'it was confirmed for another risk config: promote it again';
  return null;
}

function refused(reason: string): Standing {
  return { kind: 'refused', reason };
}
