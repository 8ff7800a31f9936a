import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { dynamoAccountStore } from '../../shared/adapters/dynamodb/account-store.ts';
import { dynamoEvidenceStore } from '../../shared/adapters/dynamodb/evidence-store.ts';
import { dynamoFactStore } from '../../shared/adapters/dynamodb/fact-store.ts';
import { dynamoOrderStore } from '../../shared/adapters/dynamodb/order-store.ts';
import type { Scope } from '../../shared/adapters/dynamodb/table.ts';
import { systemClock } from '../../shared/adapters/local/system-clock.ts';
import { ssmKillSwitch } from '../../shared/adapters/ssm/kill-switch.ts';
import { type GatedAuthority, gatedAuthority } from '../../shared/app/gated-authority.ts';
import { agedKeysRefused } from '../../shared/app/key-ages.ts';
import { meteredNotifier } from '../../shared/app/metered-notifier.ts';
import { meteredOrders, type OrderMeter } from '../../shared/app/order-meter.ts';
import type { HaltPorts, TraderSettings } from '../../shared/app/ports.ts';
import type { Measure } from '../../shared/config/metric-names.ts';
import { capsOf } from '../../shared/core/gates/caps.ts';
import type { EvidenceStore } from '../../shared/ports/evidence-store.ts';
import type { BaseEnvironment } from './environment.ts';
import { type ExchangeTally, exchangeMeter } from './exchange-meter.ts';
import { HURRIED } from './hurried.ts';
import { keptVenue } from './kept-venue.ts';
import { lateAlerts } from './late-alerts.ts';
import type { MeteredTelemetry } from './metrics.ts';
import type { FunctionConfig } from './stage-config.ts';
import { auditLog } from './telemetry.ts';
import { loadVenue, type Venue } from './venue.ts';

export interface TradingRequest {
  readonly environment: BaseEnvironment;
  readonly config: FunctionConfig;
  readonly telemetry: MeteredTelemetry;
  readonly purpose: 'view' | 'trade';
  readonly keySecret: string;
  /** Absent: the key's rights are looked at first, and a wrong one is refused [REQ-SEC1]. */
  readonly isKeyChecked?: boolean;
}

export interface Trading {
  readonly client: DynamoDBDocumentClient;
  readonly scope: Scope;
  readonly settings: TraderSettings;
  readonly evidence: EvidenceStore;
  readonly authority: GatedAuthority;
  readonly parts: Omit<HaltPorts, 'exchange' | 'marketData'>;
  /** Call it once an event: the first call opens the venue, and each one starts a fresh budget of requests. */
  readonly venue: (readsWithinMs?: number) => Promise<Venue>;
  /** Both together. */
  readonly ports: (readsWithinMs?: number) => Promise<HaltPorts>;
  /** What was asked of the exchange since the last time. */
  readonly calls: () => ExchangeTally;
}

/** What every function works with. Clients are made here, at start; the key is fetched with the first event. */
export function composeTrading(request: TradingRequest): Trading {
  const { environment, config, telemetry, purpose, keySecret, isKeyChecked = true } = request;
  const { app, decision } = config;
  const { measure } = telemetry;
  const meter = exchangeMeter(app.exchange.max_calls_per_cycle, measure);
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(HURRIED));
  const scope = { botId: app.bot_id, mode: app.mode };
  const table = [client, environment.TABLE_NAME, scope] as const;
  const facts = dynamoFactStore(...table);
  const evidence = dynamoEvidenceStore(client, environment.TABLE_NAME, app.bot_id);
  const { code_version: codeVersion, risk_hash } = config.binding;
  const gates = gatedAuthority(evidence, systemClock, { codeVersion, riskHash: risk_hash, caps: capsOf(decision) });
  // One and the same for the cycle's standing and for every order.
  const authority = agedKeysRefused(gates, { facts, clock: systemClock });
  const parts = {
    notifier: meteredNotifier(lateAlerts(environment, config, facts), systemClock, (ms) => measure('AlertTime', ms)),
    accounts: dynamoAccountStore(...table),
    orders: meteredOrders(dynamoOrderStore(...table), orderMeter(measure)),
    facts,
    killSwitch: ssmKillSwitch(new SSMClient(HURRIED), environment.KILL_SWITCH_PARAMETER),
    liveAuthority: authority,
    audit: auditLog(telemetry),
    clock: systemClock,
  };
  const settings: TraderSettings = {
    mode: app.mode,
    quoteCurrency: app.quote_currency,
    config: decision,
    maxClockDriftMs: app.clock.max_drift_ms,
    // Every mode has a balance to read: the paper book's or the account's own.
    startingCash: null,
  };
  const opener = loadVenue(app.mode);
  const venue = keptVenue(meter, async (watched) =>
    (await opener)({ ...parts, config, settings, purpose, keySecret, isKeyChecked, meter: watched }),
  );
  const renewed = async (readsWithinMs?: number) => {
    const opened = await venue();
    opened.budget.reset(readsWithinMs);
    return opened;
  };
  return {
    client,
    scope,
    settings,
    evidence,
    authority,
    parts,
    venue: renewed,
    ports: async (readsWithinMs) => {
      const { exchange, marketData } = await renewed(readsWithinMs);
      return { ...parts, exchange, marketData };
    },
    calls: meter.take,
  };
}

/** Orders, fills, fees and slippage, wherever they are seen first [REQ-OB1]. */
export function orderMeter(measure: Measure): OrderMeter {
  return {
    sent: () => measure('OrdersSent', 1),
    filled({ feeUsd, slippageBps }) {
      measure('FillsBooked', 1);
      measure('FeesUsd', feeUsd);
      if (slippageBps !== null) measure('SlippageBps', slippageBps);
    },
  };
}
