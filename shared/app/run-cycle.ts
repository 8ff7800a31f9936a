import { decide } from '../core/cycle/decide.ts';
import type { Decision } from '../core/cycle/decision.ts';
import { encodeCycle } from '../core/cycle/encode.ts';
import { barsNeeded } from '../core/cycle/requirements.ts';
import type { MarketSnapshot } from '../core/market/snapshot.ts';
import type { Account, Mode } from '../core/portfolio/account.ts';
import { dustOf } from '../core/portfolio/valuation.ts';
import { failureText } from '../ports/answer.ts';
import { alert } from './alerts.ts';
import { checkClock } from './check-clock.ts';
import { commitDecision } from './commit-decision.ts';
import { configuredFees } from './configured-fees.ts';
import { fetchMarket, symbolsOf } from './fetch-snapshot.ts';
import { type Opened, openOrLoad } from './open-account.ts';
import type { CyclePorts, CycleSettings } from './ports.ts';
import { publishOutbox } from './publish-outbox.ts';
import { foreignOrdersOf, reconcile } from './reconcile.ts';
import { benchedAt, withBench } from './strategy-bench.ts';
import { raiseOverruns, timedStrategies } from './strategy-times.ts';

export interface CycleReport {
  /** 'locked': another instance holds the lease; 'repeated': the slot was begun before; both did nothing. */
  readonly kind: 'completed' | 'locked' | 'repeated' | 'fenced';
  readonly slot_ms: number;
  readonly jitter_ms: number;
  readonly latency_ms: number;
  readonly mode: Mode;
  /** What was missing: empty in a healthy cycle [REQ-OB1]. */
  readonly degraded: readonly string[];
  readonly decision: Decision | null;
  readonly published: number;
  /** Open orders on the exchange that were not placed here. */
  readonly foreign_orders: readonly string[];
  /** Positions too small for the exchange to take back. */
  readonly dust: readonly string[];
  readonly detail: string | null;
}

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
  const startedMs = ports.clock.monotonicMs();
  const report = reporter(ports, settings, tick.slotMs, jitterMs, startedMs);

  const lease = await ports.lease.acquire(settings.owner, settings.leaseTtlMs, ports.clock.nowMs());
  if (lease.kind === 'busy') return report('locked', `single-instance lock: held by ${lease.owner}`);
  try {
    if ((await ports.cycles.begin(tick.slotMs, ports.clock.nowMs())) === 'repeated') {
      return report('repeated', 'this slot was begun before');
    }
    return await decideAndPublish(ports, settings, tick.slotMs, lease.fence, report);
  } finally {
    await ports.lease.release(lease.fence);
  }
}

type Report = ReturnType<typeof reporter>;

async function decideAndPublish(
  ports: CyclePorts,
  settings: CycleSettings,
  slotMs: number,
  fence: number,
  report: Report,
): Promise<CycleReport> {
  const opened = await openOrLoad(ports, settings, fence);
  if (opened.kind === 'unanswered')
    return finish(ports, report('completed', opened.detail, { degraded: ['no_account'] }));

  const mode = await effectiveMode(ports, settings);
  const effective = { ...settings, mode };
  const gathered = await gather(ports, effective, slotMs, opened, fence);
  const { budgetMs, benchMs } = settings.strategyTime;
  const times = timedStrategies(ports.clock, { budgetMs });
  const committed = await commitDecision(ports, effective, gathered.account, fence, {
    decide: (account) => decide(gathered.snapshot, account, settings.config, times.modules),
    bench: (account) => withBench(account, times.overruns(), slotMs, benchMs),
    archive: (account, decision) =>
      ports.archive.put(
        slotMs,
        encodeCycle({ snapshot: gathered.snapshot, account, config: settings.config }, decision),
      ),
  });
  if (committed.kind === 'fenced') return report('fenced', 'a newer owner holds the lease');

  const { account, decision, faults } = committed;
  const sent = await publishOutbox(ports, settings, account, fence, {
    assessments: decision.assessments,
    symbols: gathered.snapshot.symbols,
  });
  const degraded = [...gathered.faults, ...faults, ...degradingGates(decision)];
  await raiseBreaches(ports, decision);
  await raiseOverruns(ports, times.overruns(), slotMs + benchMs);
  const published = sent.kind === 'unchanged' ? 0 : account.outbox.length;
  const seen = { foreign_orders: foreignOrdersOf(account), dust: dustOf(account, gathered.snapshot) };
  return finish(ports, report('completed', null, { degraded, decision, published, mode, ...seen }));
}

interface Gathered {
  readonly snapshot: MarketSnapshot;
  readonly account: Account;
  readonly faults: readonly string[];
}

/** Everything from outside, side by side: kill switch, clock, books, market, fees. */
async function gather(
  ports: CyclePorts,
  settings: CycleSettings,
  slotMs: number,
  { account, rebuilt }: Extract<Opened, { kind: 'open' }>,
  fence: number,
): Promise<Gathered> {
  const { config } = settings;
  const [kill, clock, books, market, fees] = await Promise.all([
    ports.killSwitch.read(),
    checkClock(ports, settings.maxClockDriftMs),
    reconcile(ports, settings, account, fence),
    fetchMarket(ports, config, {
      symbolsOf: (listed) => symbolsOf(config, account, listed),
      slotMs,
      needs: barsNeeded(config, slotMs),
      maxCalls: settings.maxCallsPerCycle,
    }),
    ports.exchange.fees(),
  ]);
  const unread = market.unreadBars === 0 ? [] : ['bars_unread'];
  const faults = [...books.faults, ...unread, ...market.symbols.flatMap(({ faults }) => faults)];
  if (fees.kind !== 'ok') ports.audit.append('fees_fallback', { reason: failureText(fees) });
  return {
    account: books.account,
    faults: [...new Set(faults)].sort(),
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
        benched: benchedAt(books.account.benched, slotMs),
      },
    },
  };
}

/** LIVE without authority behaves as DRY_RUN and says so loudly; it is never a guess [I10, REQ-M1]. */
async function effectiveMode(ports: CyclePorts, settings: CycleSettings): Promise<Mode> {
  if (settings.mode !== 'LIVE') return settings.mode;
  const refusal = await ports.liveAuthority.refusal();
  if (refusal === null) return 'LIVE';
  await alert(ports, 'CRITICAL', 'LIVE_NOT_AUTHORISED', settings.config.botId, refusal);
  return 'DRY_RUN';
}

/** A pause after losses is trading as configured; every other gate means that safety was in question [REQ-OB1]. */
function degradingGates({ gates }: Decision): readonly string[] {
  return gates.filter(({ gate }) => gate !== 'loss_streak').map(({ gate }) => `gate_${gate}`);
}

/** Breaches of single symbols: the rest of the bot goes on, so nobody is woken up. */
const WARNINGS: ReadonlySet<string> = new Set([
  'STALENESS',
  'OUTLIER',
  'PRODUCT_DISABLED',
  'DATA_MISSING',
  'VALUATION',
  'EXPOSURE',
  'LOSS_STREAK',
]);

async function raiseBreaches(ports: CyclePorts, decision: Decision): Promise<void> {
  for (const { kind, subject, detail } of decision.breaches) {
    await alert(ports, WARNINGS.has(kind) ? 'WARNING' : 'CRITICAL', kind, subject, detail);
  }
}

function reporter(ports: CyclePorts, settings: CycleSettings, slotMs: number, jitterMs: number, startedMs: number) {
  return (kind: CycleReport['kind'], detail: string | null, more: Partial<CycleReport> = {}): CycleReport => ({
    kind,
    slot_ms: slotMs,
    jitter_ms: jitterMs,
    mode: settings.mode,
    degraded: [],
    decision: null,
    published: 0,
    foreign_orders: [],
    dust: [],
    detail,
    ...more,
    latency_ms: ports.clock.monotonicMs() - startedMs,
  });
}

async function finish(ports: CyclePorts, report: CycleReport): Promise<CycleReport> {
  await ports.cycles.finish({
    slot_ms: report.slot_ms,
    status: 'completed',
    started_at_ms: report.slot_ms + report.jitter_ms,
    summary: summaryOf(report),
  });
  return report;
}

function summaryOf({
  decision,
  degraded,
  mode,
  published,
  jitter_ms,
  latency_ms,
  foreign_orders,
  dust,
}: CycleReport): Record<string, unknown> {
  return {
    mode,
    degraded,
    published,
    foreign_orders,
    dust,
    jitter_ms,
    latency_ms: Math.round(latency_ms),
    config_hash: decision?.config_hash ?? null,
    equity: decision?.equity ?? null,
    drawdown_pct: decision?.drawdown_pct ?? null,
    proposals: decision?.proposals_count ?? 0,
    reasons: Object.fromEntries((decision?.reasons ?? []).map(({ symbol, reason }) => [symbol, reason])),
  };
}
