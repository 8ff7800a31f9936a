import { rehearse } from '../../shared/app/rehearse.ts';
import { ofKind } from '../../shared/core/gates/checklist.ts';
import type { Day } from '../../shared/core/gates/evidence.ts';
import { reachedStep, type Standing } from '../../shared/core/gates/standing.ts';
import type { EvidenceStore } from '../../shared/ports/evidence-store.ts';
import { live } from './process.ts';
import type { Weeks } from './weeks.ts';
import { BOT_ID, codeOf, type World } from './world.ts';

const TIMEOUT_MS = 30_000;
const DAY_MS = 86_400_000;

/** A cycle as the gates see it. They grant what was confirmed, whatever the evidence: a week of it is more than most runs last. */
export function rehearsalOf({ world }: Weeks, { evidence }: { readonly evidence: EvidenceStore }) {
  const standing = async (): Promise<Standing> =>
    world.refusal === null
      ? { kind: 'granted', step: 'LIVE' }
      : // No evidence says so: it ends with the pause.
        { kind: 'refused', reason: world.refusal, isUnread: true };
  const authority = { standing, refusal: async () => world.refusal };
  const { mode, intervalMs } = world;
  return rehearse(
    { evidence, authority, isExempt: true },
    { mode, botId: BOT_ID, intervalMs, binding: boundTo(world) },
  );
}

/** What has ended LIVE, and what the days on file claim; then somebody confirms it anew. */
export async function judgeStanding(weeks: Weeks): Promise<void> {
  const { world } = weeks;
  const read = await live(weeks, TIMEOUT_MS, ({ evidence }) => evidence.all());
  if (read.kind !== 'done') return;
  for (const day of ofKind(read.value, 'day')) judgeDay(weeks, day);
  if (reachedStep(read.value) === world.mode) return;
  for (const { reason, at_ms } of ofKind(read.value, 'demotion')) {
    if (at_ms > world.confirmedMs) judgeDemotion(weeks, reason);
  }
  await confirm(weeks);
}

async function confirm(weeks: Weeks): Promise<void> {
  const { world } = weeks;
  const at_ms = world.clock.nowMs() + 1;
  const word = { kind: 'confirmation', at_ms, ...boundTo(world), by: 'operator', expires_ms: 9e15, caps: {} } as const;
  const filed = await live(weeks, TIMEOUT_MS, async ({ evidence }) => {
    const known = await evidence.find(`confirmation#${world.mode}`);
    return evidence.save({ ...word, to: world.mode }, known?.version ?? 0);
  });
  if (filed.kind === 'done') world.confirmedMs = at_ms;
}

/** By design LIVE ends when books differ, when an order's fate cannot be found out, and when all is slow: weather may do the last two. */
function judgeDemotion(weeks: Weeks, reason: string): void {
  const what = reason.split(/[:\d]/)[0]?.trim() || 'slow';
  weeks.count(`LIVE ended: ${what}`);
  const isOwn = what === 'parity drift' || (what === 'ledger break' ? weeks.world.isAlone : weeks.isCalm());
  if (isOwn) weeks.watch.once('demoted', what, reason);
}

/** A day claims no more than there was, and nothing that must not be. */
function judgeDay(weeks: Weeks, day: Day): void {
  const { intervalMs } = weeks.world;
  const spanMs = day.last_ms - day.first_ms + intervalMs;
  const claims = [
    day.cycles > spanMs / intervalMs ? `${day.cycles} cycles` : null,
    day.observed_ms > spanMs || day.observed_ms > DAY_MS ? `${day.observed_ms} ms observed` : null,
    day.unhandled.find((what) => what.startsWith('an entry was ordered')) ?? null,
  ];
  for (const claim of claims) {
    if (claim !== null) weeks.watch.once('demoted', `day ${day.first_ms}`, `${claim} in ${spanMs} ms`);
  }
}

function boundTo(world: World) {
  return { code_version: codeOf(world), risk_hash: world.config.decision.configHash };
}
