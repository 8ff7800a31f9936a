import type { CallBudget } from '../../shared/adapters/coinbase/call-budget.ts';
import type { TraderSettings } from '../../shared/app/ports.ts';
import type { Mode } from '../../shared/core/portfolio/account.ts';
import type { AuditLog } from '../../shared/ports/audit-log.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Exchange } from '../../shared/ports/exchange.ts';
import type { KillSwitch } from '../../shared/ports/kill-switch.ts';
import type { MarketData } from '../../shared/ports/market-data.ts';
import type { KeyPurpose } from '../../shared/ports/secrets.ts';
import type { FactStore } from '../../shared/ports/stores.ts';
import type { CallMeter } from '../../shared/ports/telemetry.ts';
import type { FunctionConfig } from './stage-config.ts';

export interface VenueParts {
  readonly config: FunctionConfig;
  readonly settings: TraderSettings;
  readonly clock: Clock;
  readonly facts: FactStore;
  readonly killSwitch: KillSwitch;
  readonly audit: AuditLog;
  readonly purpose: KeyPurpose;
  /** The one secret whose name this function knows. */
  readonly keySecret: string;
  /** A halt cancels with whatever key there is: what is wrong with it must not keep orders alive. */
  readonly isKeyChecked: boolean;
  readonly meter: CallMeter;
}

/** Where this function gets its prices and sends its orders. */
export interface Venue {
  readonly marketData: MarketData;
  readonly exchange: Exchange;
  /** Starts again with every event. */
  readonly budget: CallBudget;
}

export type OpenVenue = (parts: VenueParts) => Promise<Venue>;

/**
 * The one place where the modes part. DRY_RUN and PAPER hold a paper account against public quotes and need no key;
 * LIVE reads the key of its purpose. Loaded at start, so that no event waits for it; the other mode's is never loaded.
 */
export async function loadVenue(mode: Mode): Promise<OpenVenue> {
  return mode === 'LIVE'
    ? (await import('./live-venue.ts')).openLiveVenue
    : (await import('./paper-venue.ts')).openPaperVenue;
}
