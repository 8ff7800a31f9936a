import { decideWith } from '../core/cycle/decide-with.ts';
import type { Decision } from '../core/cycle/decision.ts';
import { encodeCycle } from '../core/cycle/encode.ts';
import { flattening } from '../core/cycle/flatten.ts';
import { barsNeeded } from '../core/cycle/requirements.ts';
import type { MarketSnapshot } from '../core/market/snapshot.ts';
import type { Account, Mode } from '../core/portfolio/account.ts';
import { dustOf, unknownIn } from '../core/portfolio/valuation.ts';
import { failureText } from '../ports/answer.ts';
import { alert } from './alerts.ts';
import { bookFigures } from './book-figures.ts';
import { checkClock } from './check-clock.ts';
import { commitDecision } from './commit-decision.ts';
import { configuredFees } from './configured-fees.ts';
import { tellBreaches } from './cycle-alerts.ts';
import { type ClockReading, type CycleReport, finish, reporter } from './cycle-report.ts';
import { deadLettersFound } from './dead-letters.ts';
import { fetchMarket, symbolsOf } from './fetch-snapshot.ts';
import { leftAlone } from './left-alone.ts';
import { type Opened, openOrLoad } from './open-account.ts';
import { patientNotifier } from './patient-notifier.ts';
import type { CyclePorts, CycleSettings } from './ports.ts';
import { publishOutbox, publishWithdrawals } from './publish-outbox.ts';
import { foreignOrdersOf, reconcile } from './reconcile.ts';
import { operatorSilence } from './sign-of-life.ts';
import { benchedAt, withBench } from './strategy-bench.ts';
import { raiseOverruns, timedStrategies } from './strategy-times.ts';

/**
 * One decision cycle for one schedule slot: lease, reconcile, snapshot, decide, one conditional write, outbox, queue.
 * Repeating a slot does nothing; interrupting it anywhere leaves work that the next cycle finishes.
 */
export async function runCycle(
  ports: CyclePorts,
  settings: CycleSettings,
  tick: { readonly slotMs: number },
): Promise<CycleReport> {
  const jitterMs = settings.jitterMs(tick.slotMs);
  await ports.clock.sleep(Math.max(0, tick.slotMs + jitterMs - ports.clock.nowMs()));
  const cycle = reporter(ports, settings, tick.slotMs, jitterMs);

  const lease = await ports.lease.acquire(settings.owner, settings.leaseTtlMs, ports.clock.nowMs());
  if (lease.kind === 'busy') return cycle.report('locked', `single-instance lock: held by ${lease.owner}`);
  try {
    if ((await ports.cycles.begin(tick.slotMs, ports.clock.nowMs())) === 'repeated') {
      return cycle.report('repeated', 'this slot was begun before');
    }
    const told = patientNotifier(ports.notifier);
    const own = { ...ports, notifier: told.notifier };
    const report = await decideAndPublish(own, settings, tick.slotMs, lease.fence, cycle);
    told.rethrow();
    return report;
  } finally {
    await ports.lease.release(lease.fence);
  }
}

type Cycle = ReturnType<typeof reporter>;

async function decideAndPublish(
  ports: CyclePorts,
  settings: CycleSettings,
  slotMs: number,
  fence: number,
  { report, time, timeNow }: Cycle,
): Promise<CycleReport> {
  const opened = await time('open_books', () => openOrLoad(ports, settings, fence));
  if (opened.kind === 'unanswered') {
    await alert(ports, 'LEDGER', 'account', `there are no books yet: ${opened.detail}`);
    return finish(ports, report('completed', opened.detail, { degraded: ['no_account'] }));
  }

  const sinceMs = ports.clock.nowMs();
  const mode = await time('authority', () => effectiveMode(ports, settings, opened.account));
  const effective = { ...settings, mode };
  const gathered = await gather(ports, effective, slotMs, { ...opened, fence, time });
  const seenAtMs = ports.clock.nowMs();
  const { budgetMs, benchMs } = settings.strategyTime;
  const times = timedStrategies(ports.clock, { budgetMs, modules: settings.strategies });
  const { snapshot, config } = gathered.isFlattening
    ? flattening(gathered.snapshot, settings.config)
    : { snapshot: gathered.snapshot, config: settings.config };
  const decided = (account: Account) => timeNow('decide', () => decideWith(times.modules, snapshot, account, config));
  const committed = await time('commit', () =>
    commitDecision(ports, effective, gathered.account, fence, {
      decide: decided,
      bench: (account) => withBench(account, times.overruns(), slotMs, benchMs),
      archive: (account, decision) => {
        const text = encodeCycle({ snapshot, account, config }, decision, settings.codeVersion);
        return ports.archive.put(slotMs, text);
      },
    }),
  );
  if (committed.kind === 'fenced') return report('fenced', 'a newer owner holds the lease');

  const { account, decision, faults } = committed;
  const { assessments } = decision;
  const { symbols } = gathered.snapshot;
  const sent = await time('publish', () => publishOutbox(ports, settings, account, fence, { assessments, symbols }));
  const mayEnter = mode === settings.mode;
  await time('publish', () => publishWithdrawals(ports, account, decision, slotMs, mayEnter));
  const degraded = [...gathered.faults, ...faults, ...degradingGates(decision)];
  const doubts = { unknown: [...unknownIn(account)], unheard: unheardIn(account, gathered.faults) };
  await time('alerts', () => tellBreaches(ports, decision, { sinceMs, seenAtMs, ...doubts }));
  await raiseOverruns(ports, times.overruns(), slotMs + benchMs);
  const published = sent.kind === 'unchanged' ? 0 : account.outbox.length;
  const seen = {
    foreign_orders: foreignOrdersOf(account),
    dust: dustOf(account, snapshot),
    figures: bookFigures(account, snapshot, config, decision.equity),
    ledger_break: gathered.broken,
    clock: gathered.clock,
  };
  return finish(ports, report('completed', null, { degraded, decision, published, mode, ...seen }));
}

interface Gathered {
  readonly snapshot: MarketSnapshot;
  readonly account: Account;
  readonly faults: readonly string[];
  readonly isFlattening: boolean;
  readonly broken: string | null;
  readonly clock: ClockReading;
}

/** Everything from outside, side by side: kill switch, clock, books, market, fees. */
async function gather(
  ports: CyclePorts,
  settings: CycleSettings,
  slotMs: number,
  {
    account,
    rebuilt,
    fence,
    time,
  }: Extract<Opened, { kind: 'open' }> & { readonly fence: number } & Pick<Cycle, 'time'>,
): Promise<Gathered> {
  const { config } = settings;
  const asked = {
    symbolsOf: (listed: Parameters<typeof symbolsOf>[2]) => symbolsOf(config, account, listed),
    slotMs,
    needs: barsNeeded(config, slotMs, settings.strategies),
    maxCalls: settings.maxCallsPerCycle,
  };
  const [kill, clock, books, market, fees, operatorSilent, deadLetters] = await Promise.all([
    time('kill_switch', () => ports.killSwitch.read()),
    time('clock', () => checkClock(ports, settings.maxClockDriftMs)),
    time('reconcile', () => reconcile(ports, settings, account, fence)),
    time('market', () => fetchMarket(ports, config, asked)),
    time('fees', () => ports.exchange.fees()),
    operatorSilence(ports.facts, settings.maxSilentDays ?? 0, ports.clock.nowMs()),
    deadLettersFound(ports.queue),
  ]);
  const unread = market.unreadBars === 0 ? [] : ['bars_unread'];
  const faults = [...books.faults, ...unread, ...market.symbols.flatMap(({ faults }) => faults)];
  if (fees.kind !== 'ok') ports.audit.append('fees_fallback', { reason: failureText(fees) });
  return {
    account: books.account,
    faults: [...new Set(faults)].sort(),
    clock: { offset_ms: clock.offsetMs, error_bound_ms: clock.errorBoundMs, refusal: clock.refusal },
    isFlattening: kill.kind === 'killed' && kill.flatten === true,
    broken: books.broken ?? rebuilt,
    snapshot: {
      slotMs,
      asOfMs: Math.round(market.quotesAtMs + clock.offsetMs),
      baseInterval: config.signals.interval,
      symbols: market.symbols,
      fees: fees.kind === 'ok' ? fees.value : configuredFees(settings),
      conditions: {
        killed: kill.kind === 'killed' ? kill.reason : null,
        clockDriftMs: clock.driftMs,
        clockRefusal: clock.refusal,
        exchangeDown: market.exchangeDown,
        ledgerBreak: books.ledgerBreak ?? rebuilt,
        operatorSilent,
        deadLetters,
        flattening: false,
        benched: benchedAt(books.account.benched, slotMs),
      },
    },
  };
}

/** Where some were not heard of, it may be any. */
function unheardIn({ working }: Account, faults: readonly string[]): readonly string[] {
  const isSilent = faults.some((fault) => fault === 'order_unanswered' || fault === 'balances_unavailable');
  return isSilent ? Object.keys(working) : [];
}

/** LIVE without authority behaves as DRY_RUN and says so loudly; it is never a guess [I10, REQ-M1]. */
async function effectiveMode(ports: CyclePorts, settings: CycleSettings, account: Account): Promise<Mode> {
  if (settings.mode !== 'LIVE') return settings.mode;
  const refusal = await ports.liveAuthority.refusal();
  if (refusal === null) return 'LIVE';
  await alert(ports, 'LIVE_NOT_AUTHORISED', settings.config.botId, refusal + leftAlone(account));
  return 'DRY_RUN';
}

/** A pause after losses is trading as configured; every other gate means that safety was in question [REQ-OB1]. */
function degradingGates({ gates }: Decision): readonly string[] {
  return gates.filter(({ gate }) => !CONFIGURED.has(gate)).map(({ gate }) => `gate_${gate}`);
}

const CONFIGURED: ReadonlySet<string> = new Set(['loss_streak', 'rearmed', 'operator']);
