import * as z from 'zod';
import { zippedDoc } from '../../shared/adapters/dynamodb/items.ts';
import type { CycleReport } from '../../shared/app/cycle-report.ts';
import { compareLedger, isBalanced } from '../../shared/app/ledger-check.ts';
import { sameAgain } from '../../shared/app/same-again.ts';
import { ALERTS_FACT } from '../../shared/core/alerts/stored-book.ts';
import { canonicalJson } from '../../shared/core/cycle/canonical-json.ts';
import { decide } from '../../shared/core/cycle/decide.ts';
import { decodeCycle } from '../../shared/core/cycle/decode.ts';
import { encodeDecision } from '../../shared/core/cycle/encode.ts';
import { type Account, accountSchema } from '../../shared/core/portfolio/account.ts';
import { wrongInBooks } from './books.ts';
import type { Break } from './break.ts';
import { type EntryJudge, entryJudge } from './entries.ts';
import { type Findings, findings } from './findings.ts';
import { archived, isOurs, type World } from './world.ts';

export interface Watcher extends Pick<EntryJudge, 'event' | 'cycleBegins' | 'paused'> {
  killed(atMs: number): void;
  cycleEnded(report: CycleReport): void;
  minuteEnded(): Promise<void>;
  once: Findings['once'];
  /** Books and exchange differ. */
  isUnbalanced(): boolean;
  /** The largest that was seen, in bytes. */
  sizes(): Readonly<Record<string, number>>;
}

const HALTED_WITHIN_MS = 10_000;
/** What one row of the table may hold. */
const ROW_LIMIT = 400_000;
const REPLAYED_EACH = 7;
const MEASURED_EACH = 30;

/** Judges the bot with every minute, by what stands in the books and what the exchange knows. */
export function watcher(
  world: World,
  report: (kind: Break['kind'], detail: string) => void,
  count: (what: string) => void,
  isCalm: () => boolean,
): Watcher {
  const entries = entryJudge(world, report, count, isCalm);
  const found = findings(report);
  const sizes: Record<string, number> = {};
  const state = {
    completed: 0,
    wasCompleted: false,
    killedAtMs: 0,
    keptStops: false,
    last: null as CycleReport | null,
  };
  const replay = (slotMs: number) => {
    const text = archived(world, slotMs);
    if (text === undefined) return;
    count('replayed');
    if (!sameAgain(text) || !isOfAnyOrder(text)) report('replay', new Date(slotMs).toISOString());
  };
  return {
    ...entries,
    once: found.once,
    killed(atMs) {
      state.killedAtMs = atMs;
      // Whoever says otherwise behind the pull must pull again.
      state.keptStops = world.config.app.kill.keep_protective_stops;
    },
    cycleEnded(cycle) {
      if (cycle.kind !== 'completed') return;
      // A day with such a cycle is none that speaks for LIVE.
      if (world.isAlone && typeof cycle.ledger_break === 'string') found.once('accused', 'books', cycle.ledger_break);
      state.wasCompleted = true;
      state.completed += 1;
      state.last = cycle;
      if (isCalm()) count('cycle calm');
      if (state.completed % REPLAYED_EACH === 0) replay(cycle.slot_ms);
    },
    async minuteEnded() {
      const { account } = world;
      if (account === undefined) return;
      const wrong = wrongInBooks(world, account, state.last?.decision ?? null, entries.feesPaid());
      found.look(wrong, isCalm() && state.wasCompleted);
      judgeSigns(found, account);
      judgeAccusations(found, world);
      if (isCalm()) judgeHalt(found, world, state);
      if (state.completed % MEASURED_EACH === 0 && state.wasCompleted) await measure(world, account, sizes, found);
      state.wasCompleted = false;
    },
    isUnbalanced: () =>
      // What an order of unknown fate hides from a look is told by the bot.
      state.last?.decision?.gates.some(({ gate }) => gate === 'ledger') === true ||
      (world.account !== undefined && !isBalanced(compareLedger(world.account, world.venue.balances(), 'USD'))),
    sizes: () => sizes,
  };
}

function judgeSigns({ once }: Findings, { cash, positions }: Account): void {
  if (cash < 0n) once('negative', 'cash', String(cash));
  for (const [id, position] of Object.entries(positions)) {
    if (position?.lots.some(({ quantity }) => quantity <= 0n) === true) once('negative', id, 'a lot of nothing');
  }
}

function judgeAccusations({ once }: Findings, { isAlone, told }: World): void {
  if (!isAlone) return;
  const accusing = told.filter(({ kind }) => ACCUSATIONS.has(kind));
  for (const { fingerprint, detail } of accusing) once('accused', fingerprint, detail);
}

const ACCUSATIONS: ReadonlySet<string> = new Set([
  ...['LEDGER_BREAK', 'LEDGER_ACCEPTED', 'DEPOSIT', 'WITHDRAWAL', 'STATE_REBUILT'],
  ...['FOREIGN_ORDER', 'LOST_ORDER', 'GHOST_ORDER', 'ORDER_MISMATCH', 'ORDER_NOT_FOUND', 'INTENT_WITHOUT_RECORD'],
]);

/** Ten seconds after the pull nothing of the bot is open, and somebody knows [REQ-K1]. */
function judgeHalt(
  { once }: Findings,
  { kill, clock, config, venue, told }: World,
  { killedAtMs: atMs, keptStops }: { readonly killedAtMs: number; readonly keptStops: boolean },
): void {
  if (kill.kind === 'armed' || clock.nowMs() <= atMs + HALTED_WITHIN_MS) return;
  const keeps = keptStops || config.app.kill.keep_protective_stops || kill.flatten === true;
  for (const { clientOrderId: id, side } of venue.open()) {
    if (!isOurs(id) || (keeps && side === 'SELL')) continue;
    once('kill_slow', id, `open ${clock.nowMs() - atMs} ms after the pull`);
  }
  const isTold = told.some(({ kind, at_ms }) => kind === 'KILL_SWITCH' && at_ms >= atMs);
  if (!isTold) once('silent', `kill ${atMs}`, 'nobody was told of the pull');
}

async function measure(
  { table: { stores }, records }: World,
  account: Account,
  sizes: Record<string, number>,
  { once }: Findings,
): Promise<void> {
  const doc = JSON.stringify(z.encode(accountSchema, account));
  const back = z.safeDecode(accountSchema, JSON.parse(doc));
  if (!back.success) once('schema', 'account', z.prettifyError(back.error));
  const zipped = zippedDoc(accountSchema, account)['doc_gz'] as Uint8Array | undefined;
  const alerts = JSON.stringify((await stores.facts.load(ALERTS_FACT))?.value ?? null).length;
  const orders = [...records.values()].slice(-1).map((record) => JSON.stringify(record, texts).length);
  const bytes = { account: doc.length, account_zipped: zipped?.length ?? doc.length, alerts, order: orders[0] ?? 0 };
  for (const [name, size] of Object.entries(bytes)) {
    sizes[`bytes ${name}`] = Math.max(sizes[`bytes ${name}`] ?? 0, size);
    if (size > ROW_LIMIT) once('size', name, `${size} bytes`);
  }
}

function texts(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

/** A decision knows no order of keys: what the archive has sorted is decided as what was written [I8]. */
function isOfAnyOrder(text: string): boolean {
  const { snapshot, account, config, decision } = decodeCycle(text);
  return encodeDecision(decide(snapshot, backwards(account), config)) === canonicalJson(decision);
}

function backwards<Value>(value: Value): Value {
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, each]) => [key, backwards(each)] as const);
  return Object.fromEntries(entries.reverse()) as Value;
}
