import type { DecisionConfig } from '../core/cycle/decision-config.ts';
import type { Usd } from '../core/money/fixed.ts';
import type { Mode } from '../core/portfolio/account.ts';
import type { StrategyModules } from '../core/strategies/bind.ts';
import type { AuditLog } from '../ports/audit-log.ts';
import type { Clock } from '../ports/clock.ts';
import type { Exchange } from '../ports/exchange.ts';
import type { IntentQueue } from '../ports/intent-queue.ts';
import type { KillSwitch } from '../ports/kill-switch.ts';
import type { LiveAuthority } from '../ports/live-authority.ts';
import type { MarketData } from '../ports/market-data.ts';
import type { Notifier } from '../ports/notifier.ts';
import type { SnapshotArchive } from '../ports/snapshot-archive.ts';
import type { AccountStore, CycleStore, FactStore, Lease, OrderStore } from '../ports/stores.ts';
import type { MarketCache } from './market-cache.ts';

/** What everything that touches orders needs. */
export interface TradingPorts {
  readonly exchange: Exchange;
  readonly marketData: MarketData;
  readonly accounts: AccountStore;
  readonly orders: OrderStore;
  readonly killSwitch: KillSwitch;
  readonly liveAuthority: LiveAuthority;
  readonly notifier: Notifier;
  readonly audit: AuditLog;
  readonly clock: Clock;
}

export interface CyclePorts extends TradingPorts {
  readonly lease: Lease;
  readonly cycles: CycleStore;
  readonly queue: IntentQueue;
  readonly archive: SnapshotArchive;
  readonly facts: FactStore;
  /** Lives as long as the process: products for 5 minutes, bars so that only new ones are fetched. */
  readonly marketCache: MarketCache;
}

export type PlacePorts = TradingPorts;

export interface HaltPorts extends TradingPorts {
  readonly facts: FactStore;
}

export interface TraderSettings {
  readonly mode: Mode;
  readonly quoteCurrency: string;
  readonly config: DecisionConfig;
  readonly maxClockDriftMs: number;
  /** Cash an account starts with where the mode has no exchange balance of its own (DRY_RUN); null: read the exchange. */
  readonly startingCash: Usd | null;
}

export interface HaltSettings extends TraderSettings {
  /** Stops that rest on the exchange behind positions stay there when everything else is cancelled. Absent: they do not. */
  readonly keepProtectiveStops?: boolean;
}

export interface StrategyTimeLimits {
  readonly budgetMs: number;
  /** How long a strategy that overran it is not asked. */
  readonly benchMs: number;
}

export interface CycleSettings extends TraderSettings {
  /** What decides: stands with every decision in the archive. */
  readonly codeVersion: string;
  /** Who holds the lease: unique per process. */
  readonly owner: string;
  readonly leaseTtlMs: number;
  /** Requests to the exchange that one cycle may make, retries included. */
  readonly maxCallsPerCycle: number;
  /** At least those that the config has switched on. */
  readonly strategies: StrategyModules;
  readonly strategyTime: StrategyTimeLimits;
  /** Without an operator's sign of life for so long nothing new is entered. Absent or 0: never asked. */
  readonly maxSilentDays?: number;
  /** How long to wait after the slot [REQ-SCH1]: 0-10 % of the interval. */
  readonly jitterMs: (slotMs: number) => number;
}
