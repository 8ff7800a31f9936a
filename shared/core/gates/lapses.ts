import { checklist, type GateContext, type GateName } from './checklist.ts';
import type { Evidence, EvidenceOf } from './evidence.ts';
import { confirmationOf, standingOf } from './standing.ts';

/** Something that only a person can renew, and that ends what the gates have granted when nobody does. */
export interface Lapse {
  readonly what: GateName | 'confirmation';
  /** Whole days that it still holds; 0: it ends within a day. */
  readonly in_days: number;
  readonly how: string;
}

const DAY_MS = 86_400_000;
/** What a bot that goes on running renews by itself is not among them. */
const BY_HAND: ReadonlySet<GateName> = new Set(['ci', 'kill_drill', 'alerts_confirmed', 'caps']);

/** What will end LIVE within so many days, the nearest first; nothing while LIVE is not granted. */
export function lapsesWithin(days: number, evidence: readonly Evidence[], context: GateContext): readonly Lapse[] {
  const standing = standingOf(evidence, context);
  if (standing.kind === 'refused') return [];
  const { step } = standing;
  const { expires_ms } = confirmationOf(step, evidence) as EvidenceOf<'confirmation'>;
  const lapses = new Map<Lapse['what'], Lapse>();
  for (let inDays = 0; inDays < days; inDays += 1) {
    const then = { ...context, nowMs: context.nowMs + (inDays + 1) * DAY_MS };
    const gone = checklist(step, evidence, then).flatMap(({ gate, how }) =>
      how !== null && BY_HAND.has(gate) ? [{ what: gate, how }] : [],
    );
    const ended = [
      ...(expires_ms <= then.nowMs ? [{ what: 'confirmation', how: `trader promote --to ${step}` } as const] : []),
      ...gone,
    ];
    for (const { what, how } of ended) if (!lapses.has(what)) lapses.set(what, { what, in_days: inDays, how });
  }
  return [...lapses.values()];
}

export function lapseText({ what, in_days, how }: Lapse): string {
  const when = ['within a day', 'in a day'][in_days] ?? `in ${in_days} days`;
  return `${what} ends ${when}: ${how}`;
}
