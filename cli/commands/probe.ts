import { Command, Option } from 'commander';
import { type Capability, probeOrderTypes } from '../../shared/adapters/coinbase/capability.ts';
import type { CoinbaseClient } from '../../shared/adapters/coinbase/client.ts';
import { type FeeTier, transactionSummary } from '../../shared/adapters/coinbase/endpoints/fees.ts';
import { coinbaseExchange } from '../../shared/adapters/coinbase/exchange.ts';
import { coinbaseMarketData } from '../../shared/adapters/coinbase/market-data.ts';
import { environmentKey, KEY_VARIABLES } from '../../shared/adapters/environment-keys.ts';
import { systemClock } from '../../shared/adapters/local/system-clock.ts';
import { checkClock } from '../../shared/app/check-clock.ts';
import { configuredFees } from '../../shared/app/configured-fees.ts';
import { keyProblem } from '../../shared/app/key-problem.ts';
import type { LoadedConfig } from '../../shared/config/parse-config.ts';
import { STAGES, type Stage } from '../../shared/config/stages.ts';
import { TIERS } from '../../shared/core/cycle/tiers.ts';
import type { ProductId } from '../../shared/core/market/product.ts';
import { toText } from '../../shared/core/money/fixed.ts';
import { failureText } from '../../shared/ports/answer.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { ApiKey, KeyPurpose } from '../../shared/ports/secrets.ts';
import { CONFIG_DIR, stageConfig } from '../decision/read-inputs.ts';
import { exchangeUrlOption } from '../operator/exchange-url.ts';
import { probeClient } from '../operator/probe-client.ts';

const EXAMPLES = `
The key is read from the environment: ${KEY_VARIABLES.trade.name} and ${KEY_VARIABLES.trade.privateKey}, or with
--key view ${KEY_VARIABLES.view.name} and ${KEY_VARIABLES.view.privateKey}. Nothing is placed and nothing is changed.
Exits 1 when anything speaks against trading, above all a key that may transfer.

Examples:
  trader probe --stage live
  trader probe --stage live --key view
  trader probe --stage local --exchange-url http://127.0.0.1:8080 --json`;

interface ProbeFlags {
  readonly stage: Stage;
  readonly config: string;
  readonly exchangeUrl?: string;
  readonly key: KeyPurpose;
  readonly json?: true;
}

/** `trader probe`: what this key, this clock and these products are good for. */
export function probeCommand(): Command {
  return new Command('probe')
    .description(
      'check clock, key permissions, fee tier and order types against the exchange, without placing anything',
    )
    .addOption(new Option('--stage <stage>', 'the stage').choices(STAGES).makeOptionMandatory())
    .addOption(new Option('--config <dir>', 'the config folder').default(CONFIG_DIR, 'config/ of this program'))
    .addOption(exchangeUrlOption('connect there instead (tokens still name the configured host)'))
    .addOption(new Option('--key <purpose>', 'which of the two keys').choices(['view', 'trade']).default('trade'))
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async ({ stage, config: dir, exchangeUrl, json, key: purpose }: ProbeFlags) => {
      const config = stageConfig(dir, stage);
      const key = environmentKey(process.env, purpose);
      const report = await probe({ config, clock: systemClock, key, purpose, apiUrl: exchangeUrl });
      if (report.problems.length > 0) process.exitCode = 1;
      console.log(json === true ? JSON.stringify(report) : asText(report));
    });
}

export interface ProbeReport {
  readonly stage: Stage;
  readonly exchange: string;
  /** What speaks against trading; empty when all is well. */
  readonly problems: readonly string[];
  readonly clock: { readonly offset_ms: number; readonly worst_case_ms: number | null; readonly max_drift_ms: number };
  readonly key: KeyReport | null;
  readonly fees: { readonly tier: string; readonly maker: string; readonly taker: string } | null;
  readonly order_types: readonly Capability[];
}

interface KeyReport {
  readonly can_view: boolean;
  readonly can_trade: boolean;
  readonly can_transfer: boolean;
  readonly portfolio_id: string;
}

export interface ProbeParts {
  readonly config: LoadedConfig;
  readonly clock: Clock;
  readonly key: ApiKey | undefined;
  /** 'trade' by default. */
  readonly purpose?: KeyPurpose;
  /** Overrides the configured address. */
  readonly apiUrl?: string | undefined;
}

/** Asks the exchange everything that should be known before an order is trusted to it. */
export async function probe({ config, clock, key, purpose = 'trade', apiUrl }: ProbeParts): Promise<ProbeReport> {
  const { exchange } = config.app;
  const client = probeClient(config, { apiUrl, key, clock });
  try {
    const problems: string[] = [];
    const maxDriftMs = config.app.clock.max_drift_ms;
    const drift = await checkClock({ marketData: coinbaseMarketData(client), clock }, maxDriftMs);
    if (drift.refusal !== null) problems.push(`clock: ${drift.refusal}`);
    return {
      stage: config.stage,
      exchange: apiUrl ?? exchange.api_url,
      problems,
      clock: { offset_ms: drift.offsetMs, worst_case_ms: drift.driftMs, max_drift_ms: maxDriftMs },
      ...(await probeAccount(client, purpose, config, problems)),
    };
  } finally {
    client.close();
  }
}

type AccountReport = Pick<ProbeReport, 'key' | 'fees' | 'order_types'>;

/** Adds to `problems`. Stops at a key that must not be used. */
async function probeAccount(
  client: CoinbaseClient,
  purpose: KeyPurpose,
  config: LoadedConfig,
  problems: string[],
): Promise<AccountReport> {
  const nothing: AccountReport = { key: null, fees: null, order_types: [] };
  if (!client.hasKey) {
    const { name, privateKey } = KEY_VARIABLES[purpose];
    problems.push(`key: none given; set ${name} and ${privateKey}`);
    return nothing;
  }
  const permissions = await coinbaseExchange(client).permissions();
  const problem = keyProblem(permissions, purpose);
  if (problem !== null) problems.push(`key: ${problem}`);
  if (permissions.kind !== 'ok') return nothing;
  const { canView, canTrade, canTransfer, portfolioId } = permissions.value;
  const key = { can_view: canView, can_trade: canTrade, can_transfer: canTransfer, portfolio_id: portfolioId };
  if (canTransfer) return { ...nothing, key };
  const fees = await transactionSummary(client);
  problems.push(...(fees.kind === 'ok' ? dearerFees(fees.value, config) : [`fees: ${failureText(fees)}`]));
  return {
    key,
    fees: fees.kind === 'ok' ? feeReport(fees.value) : null,
    order_types: await probeSymbols(client, symbolsOf(config), problems),
  };
}

/** PAPER is charged by config: what it earned at lower rates than the account pays says too much. */
function dearerFees(account: FeeTier, { decision }: LoadedConfig): readonly string[] {
  const configured = configuredFees({ config: decision });
  const dearer = (['maker', 'taker'] as const).filter((side) => account[side] > configured[side]);
  return dearer.map((side) => {
    const [here, byConfig] = [toText(account[side]), toText(configured[side])];
    return `fees: ${side} ${here} here, ${byConfig} by config: raise execution.${side}_fee_bps and rehearse in PAPER anew`;
  });
}

function feeReport({ tier, maker, taker }: FeeTier): ProbeReport['fees'] {
  return { tier, maker: toText(maker), taker: toText(taker) };
}

async function probeSymbols(
  client: CoinbaseClient,
  symbols: readonly ProductId[],
  problems: string[],
): Promise<readonly Capability[]> {
  const marketData = coinbaseMarketData(client);
  const [products, quotes] = await Promise.all([marketData.products(), marketData.quotes(symbols)]);
  if (products.kind !== 'ok') problems.push(`products: ${failureText(products)}`);
  if (quotes.kind !== 'ok') problems.push(`quotes: ${failureText(quotes)}`);
  if (products.kind !== 'ok' || quotes.kind !== 'ok') return [];
  const rows: Capability[] = [];
  for (const symbol of symbols) {
    const product = products.value.find(({ id }) => id === symbol);
    const quote = quotes.value.find(({ productId }) => productId === symbol);
    if (product === undefined) problems.push(`${symbol}: not listed`);
    else if (quote === undefined) problems.push(`${symbol}: no two-sided quote`);
    else rows.push(...(await probeOrderTypes(client, product, quote)));
  }
  return rows;
}

function symbolsOf({ decision }: LoadedConfig): readonly ProductId[] {
  const banned = new Set(decision.universe.never_trade);
  const listed = TIERS.flatMap((tier) => decision.universe.tiers[tier].symbols);
  return [...new Set(listed)].filter((symbol) => !banned.has(symbol)).sort();
}

function asText({ stage, exchange, clock, key, fees, order_types, problems }: ProbeReport): string {
  const drift =
    clock.worst_case_ms === null
      ? 'not measured'
      : `off by ${Math.round(clock.offset_ms)} ms, ${Math.round(clock.worst_case_ms)} ms at worst`;
  const width = Math.max(10, ...order_types.map(({ product }) => product.length));
  return [
    `stage ${stage}, exchange ${exchange}`,
    `clock    ${drift} (limit ${clock.max_drift_ms} ms)`,
    key && `key      view ${yes(key.can_view)}, trade ${yes(key.can_trade)}, transfer ${yes(key.can_transfer)}`,
    fees && `fees     maker ${fees.maker}, taker ${fees.taker} ${fees.tier && `(${fees.tier})`}`,
    ...order_types.map(
      ({ product, order_type, side, capability, reason }) =>
        `${product.padEnd(width)} ${order_type.padEnd(20)} ${side.padEnd(4)} ${capability.padEnd(8)} ${reason ?? ''}`,
    ),
    ...problems.map((problem) => `PROBLEM  ${problem}`),
    problems.length === 0 ? 'nothing speaks against trading' : null,
  ]
    .filter((line) => line !== null)
    .map((line) => line.trimEnd())
    .join('\n');
}

function yes(flag: boolean): string {
  return flag ? 'yes' : 'no';
}
