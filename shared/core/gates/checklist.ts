import { loosened } from './caps.ts';
import { type CleanDays, cleanDays, sinceText, wholeDays } from './clean-days.ts';
import { type Day, type Evidence, type EvidenceOf, STEPS, type Step } from './evidence.ts';

export const GATES = [
  'ci',
  'paper_rehearsal',
  'alert_sla',
  'kill_drill',
  'latency_telemetry',
  'jitter',
  'alerts_confirmed',
  'canary',
  'caps',
] as const;
export type GateName = (typeof GATES)[number];

export interface GateItem {
  readonly gate: GateName;
  readonly is_met: boolean;
  /** What is there, or what is missing and by how much. */
  readonly detail: string;
  /** How to get it; null when it is met. */
  readonly how: string | null;
}

/** Against what evidence is held: it counts for this code and this risk config only, and not for ever. */
export interface GateContext {
  readonly nowMs: number;
  readonly codeVersion: string;
  readonly riskHash: string;
  readonly caps: Readonly<Record<string, number>>;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const REHEARSAL_DAYS = 7;
const CANARY_MS = 48 * HOUR_MS;
/** [REQ-K1] */
const DRILL_LIMITS = { detect_ms: 3_000, alert_ms: 5_000, cancelled_ms: 10_000 } as const;

/** How long evidence is believed. */
export const VALID_MS = {
  ci: 90 * DAY_MS,
  day: 30 * DAY_MS,
  kill_drill: 30 * DAY_MS,
  telemetry: DAY_MS,
  alerts_confirmed: 90 * DAY_MS,
} as const;

const NEEDED: Readonly<Record<Step, readonly GateName[]>> = {
  PAPER: ['ci'],
  LIVE_CANARY: GATES.filter((gate) => gate !== 'canary'),
  LIVE: GATES,
};

/** Everything a step asks for, met or not. Pure: the same evidence at the same time gives the same list. */
export function checklist(step: Step, evidence: readonly Evidence[], context: GateContext): readonly GateItem[] {
  return NEEDED[step].map((gate) => ({ gate, ...verdict(CHECKS[gate](evidence, context), HOW[gate]) }));
}

type Finding = { readonly met: string } | { readonly missing: string };

const HOW: Readonly<Record<GateName, string>> = {
  ci: 'run npm test on this code; it files the result itself',
  paper_rehearsal: 'promoted to PAPER, run with app.mode PAPER for whole UTC days with this code and risk config',
  alert_sla: 'rehearse until an alert was delivered, or trader alerts test and trader gates --confirm-alerts',
  kill_drill: 'trader drill kill-switch with --state DIR, or --stage STAGE --file, files its result',
  latency_telemetry: 'once promoted to PAPER, let a cycle run with this code within the last day',
  jitter: 'set schedule.jitter_pct above 0 and, once promoted to PAPER, let a cycle run',
  alerts_confirmed: 'trader alerts test, and when it reached you: trader gates --confirm-alerts',
  canary: 'run at LIVE_CANARY for 48 observed hours with this code and risk config',
  caps: 'trader promote --loosen-caps, or take the caps back',
};

function verdict(finding: Finding, how: string): Omit<GateItem, 'gate'> {
  return 'met' in finding
    ? { is_met: true, detail: finding.met, how: null }
    : { is_met: false, detail: finding.missing, how };
}

const CHECKS: Readonly<Record<GateName, (evidence: readonly Evidence[], context: GateContext) => Finding>> = {
  ci(evidence, context) {
    const [ci] = ofKind(evidence, 'ci');
    if (ci === undefined) return { missing: 'no test run is on file' };
    if (ci.code_version !== context.codeVersion)
      return { missing: `the tests ran on ${ci.code_version}, this is ${context.codeVersion}` };
    if (isOld(ci.at_ms, VALID_MS.ci, context))
      return { missing: `the test run is ${days(context.nowMs - ci.at_ms)} old` };
    if (ci.failed > 0 || ci.passed === 0) return { missing: `${ci.passed} passed, ${ci.failed} failed` };
    const deployed = ci.artifact_digest === undefined ? '' : `, deployed as ${ci.artifact_digest}`;
    return { met: `${ci.passed} passed, 0 failed${deployed}` };
  },
  paper_rehearsal(evidence, context) {
    const { clean, last } = cleanDays(daysOf(evidence, context, STEPS), ({ unhandled }) => unhandled);
    const whole = wholeDays(clean);
    return whole < REHEARSAL_DAYS
      ? { missing: toGo(whole, last) }
      : { met: `${whole} whole days, 0 unhandled breaches` };
  },
  alert_sla(evidence, context) {
    const { clean, last } = cleanDays(daysOf(evidence, context, STEPS), slaBreaches);
    const whole = wholeDays(clean);
    if (last !== null && whole < REHEARSAL_DAYS) return { missing: toGo(whole, last) };
    const alerts = clean.reduce((sum, day) => sum + day.alerts, 0);
    const isTested = ofKind(evidence, 'alerts_confirmed').length > 0;
    if (alerts === 0 && isTested) return { met: 'no breach called for an alert, and a test alert arrived' };
    return alerts === 0 ? { missing: 'no alert was delivered yet' } : { met: `${alerts} alerts, all within 5 s` };
  },
  kill_drill(evidence, context) {
    const [drill] = ofKind(evidence, 'kill_drill');
    if (drill === undefined) return { missing: 'no drill is on file' };
    if (drill.code_version !== context.codeVersion) return { missing: 'the drill was held with other code' };
    if (isOld(drill.at_ms, VALID_MS.kill_drill, context))
      return { missing: `the drill is ${days(context.nowMs - drill.at_ms)} old` };
    const failed = drillFailures(drill);
    if (failed.length > 0) return { missing: failed.join(', ') };
    return { met: `${drill.orders} orders cancelled in ${drill.cancelled_ms} ms` };
  },
  latency_telemetry: (evidence, context) => seenLately(evidence, context, 'latencies', 'latency'),
  jitter: (evidence, context) => seenLately(evidence, context, 'jitters', 'jitter'),
  alerts_confirmed(evidence, context) {
    const [confirmed] = ofKind(evidence, 'alerts_confirmed');
    if (confirmed === undefined) return { missing: 'nobody has confirmed that alerts arrive' };
    if (isOld(confirmed.at_ms, VALID_MS.alerts_confirmed, context)) return { missing: 'the confirmation has expired' };
    return { met: `confirmed by ${confirmed.by}` };
  },
  canary(evidence, context) {
    // Days at full caps with this code and this risk config began behind a canary with both.
    const days = daysOf(evidence, context, ['LIVE_CANARY', 'LIVE']);
    const { clean, last } = cleanDays(days, ({ unhandled }) => unhandled);
    const observed = clean.reduce((sum, { observed_ms }) => sum + observed_ms, 0);
    return observed < CANARY_MS
      ? { missing: `${hours(observed)} of 48 h${sinceText(last)}, ${hours(CANARY_MS - observed)} to go` }
      : { met: `${hours(observed)} at half the caps, or since` };
  },
  caps(evidence, context) {
    const latest = confirmedCaps(evidence);
    if (latest === undefined) return { met: 'no caps were confirmed before' };
    const looser = loosened(latest, context.caps);
    if (looser.length === 0) return { met: 'no cap is looser than the confirmed ones' };
    const [word] = ofKind(evidence, 'loosening');
    const isAllowed =
      word !== undefined && word.expires_ms > context.nowMs && loosened(word.caps, context.caps).length === 0;
    return isAllowed
      ? { met: `loosened by ${word.by}: ${looser.join(', ')}` }
      : { missing: `looser: ${looser.join(', ')}` };
  },
};

export function drillFailures(
  drill: Omit<EvidenceOf<'kill_drill'>, 'kind' | 'at_ms' | 'code_version' | 'risk_hash'>,
): readonly string[] {
  const late = (Object.keys(DRILL_LIMITS) as (keyof typeof DRILL_LIMITS)[]).filter((key) => {
    const measured = drill[key];
    return measured === null || measured > DRILL_LIMITS[key];
  });
  return [
    ...late.map((key) => `${key} ${drill[key] ?? 'never'}, ${DRILL_LIMITS[key]} allowed`),
    ...(drill.orders === 0 ? ['no order rested'] : []),
    ...(drill.remaining > 0 ? [`${drill.remaining} orders were left`] : []),
    ...(drill.placed_after > 0 ? [`${drill.placed_after} orders were placed after the switch was pulled`] : []),
  ];
}

/** Those of the newest word for real money: PAPER asks for no caps, so its word must not move them. */
export function confirmedCaps(evidence: readonly Evidence[]): Readonly<Record<string, number>> | undefined {
  const words = ofKind(evidence, 'confirmation').filter(({ to }) => to !== 'PAPER');
  return words.toSorted((a, b) => b.at_ms - a.at_ms)[0]?.caps;
}

export function ofKind<Kind extends Evidence['kind']>(
  evidence: readonly Evidence[],
  kind: Kind,
): readonly EvidenceOf<Kind>[] {
  return evidence.filter((one): one is EvidenceOf<Kind> => one.kind === kind);
}

/** Days of this code and this risk config that are still believed. */
function daysOf(evidence: readonly Evidence[], context: GateContext, steps: readonly Step[]): readonly Day[] {
  return ofKind(evidence, 'day').filter(
    (day) =>
      steps.includes(day.step) &&
      day.code_version === context.codeVersion &&
      day.risk_hash === context.riskHash &&
      !isOld(day.last_ms, VALID_MS.day, context),
  );
}

function seenLately(
  evidence: readonly Evidence[],
  context: GateContext,
  figure: 'latencies' | 'jitters',
  word: string,
): Finding {
  const seen = ofKind(evidence, 'day').filter((day) => day.code_version === context.codeVersion && day[figure] > 0);
  const last = Math.max(0, ...seen.map(({ last_ms }) => last_ms));
  if (last === 0) return { missing: `no cycle of this code has recorded a ${word}` };
  if (isOld(last, VALID_MS.telemetry, context))
    return { missing: `the last ${word} is ${days(context.nowMs - last)} old` };
  return { met: `recorded, last ${new Date(last).toISOString()}` };
}

function toGo(whole: number, last: CleanDays['last']): string {
  return `${whole} of ${REHEARSAL_DAYS} whole days${sinceText(last)}, ${REHEARSAL_DAYS - whole} to go`;
}

function slaBreaches({ alerts_late: late, alerts_failed: failed }: Day): readonly string[] {
  return [
    ...(late > 0 ? [`${late} alerts took more than 5 s`] : []),
    ...(failed > 0 ? [`${failed} alerts were not delivered`] : []),
  ];
}

function isOld(atMs: number, validMs: number, { nowMs }: GateContext): boolean {
  return nowMs - atMs > validMs;
}

function days(ms: number): string {
  return `${Math.floor(ms / DAY_MS)} days`;
}

function hours(ms: number): string {
  return `${Math.floor((ms / HOUR_MS) * 10) / 10} h`;
}
