import { Command, Option } from 'commander';
import { type CandleCheck, checkCandleFile } from '../../shared/adapters/candles/check-candles.ts';
import { readProductDays, writeProductDay } from '../../shared/adapters/candles/product-days.ts';
import { createCoinbaseClient } from '../../shared/adapters/coinbase/client.ts';
import { coinbaseMarketData } from '../../shared/adapters/coinbase/market-data.ts';
import { systemClock } from '../../shared/adapters/local/system-clock.ts';
import { INTERVALS, type Interval } from '../../shared/core/market/interval.ts';
import type { ProductId } from '../../shared/core/market/product.ts';
import { failureText } from '../../shared/ports/answer.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { MarketData } from '../../shared/ports/market-data.ts';
import { CONFIG_DIR, stageConfig } from '../decision/read-inputs.ts';
import { exchangeUrlOption } from '../operator/exchange-url.ts';
import { downloadText } from '../render/data-view.ts';
import { paintFor } from '../render/paint.ts';
import { progressBar } from '../render/progress.ts';
import { barSpan, symbolsIn } from '../research/candle-inputs.ts';
import { callsFor, type DownloadedFile, downloadCandles } from '../research/download-candles.ts';
import { UserError } from '../user-error.ts';
import { parseUtcTime } from '../utc-time.ts';

const EXAMPLES = `
Public candles need no key. Requests are spaced as app.exchange.rate_limit says. Ctrl-C keeps what came; the same command
goes on from there, and a longer span asks only for what is missing. At the end every file is checked as "trader data
check" does it. Today's products (increments, minimums, flags) are added to products.json beside the candles: run it
once a night and a backtest can use the products of its day.
Tried against the simulated exchange; not against Coinbase itself.

Examples:
  trader data download --symbols BTC,ETH,SOL --interval 1h --from 2023-01-01 --to 2024-01-01 --out data
  trader data download --symbols BTC-USD --interval 1m --from 2025-01-01 --to 2025-02-01 --out data
  trader data download --symbols BTC --interval 1h --from 2025-01-01 --to 2025-01-08 --out data --exchange-url http://127.0.0.1:8080`;

interface DownloadFlags {
  readonly symbols: string;
  readonly interval: Interval;
  readonly from: number;
  readonly to: number;
  readonly out: string;
  readonly config: string;
  readonly exchangeUrl?: string;
  readonly json?: true;
}

export function downloadCommand(): Command {
  return new Command('download')
    .description("fetch the exchange's public candles, and today's products")
    .requiredOption('--symbols <list>', 'such as BTC,ETH or BTC-USD,ETH-USD')
    .addOption(new Option('--interval <interval>', 'length of the bars').choices(INTERVALS).default('1h'))
    .requiredOption('--from <date>', 'first bar, UTC: 2025-01-01', parseUtcTime)
    .requiredOption('--to <date>', 'bars that end by then, UTC; the newest closed one at most', parseUtcTime)
    .requiredOption('--out <dir>', 'the folder of the store')
    .addOption(new Option('--config <dir>', 'the config folder').default(CONFIG_DIR, 'config/ of this program'))
    .addOption(exchangeUrlOption('connect there instead'))
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(run);
}

async function run(flags: DownloadFlags): Promise<void> {
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  process.once('SIGINT', interrupt);
  const { marketData, close } = openMarket(flags);
  try {
    const report = await download(flags, { marketData, clock: systemClock, signal: interruption.signal });
    if (report.files.some(({ faults }) => faults.length > 0)) process.exitCode = 1;
    const { downloaded, files, products } = report;
    if (flags.json === true) console.log(JSON.stringify({ out: flags.out, products, downloaded, files }));
    else console.log(downloadText(downloaded, files, paintFor(process.stdout)));
  } finally {
    process.off('SIGINT', interrupt);
    close();
  }
}

interface Market {
  readonly marketData: MarketData;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

interface DownloadReport {
  readonly downloaded: readonly DownloadedFile[];
  readonly files: readonly CandleCheck[];
  /** Known for today, of those asked for. */
  readonly products: number;
}

async function download(flags: DownloadFlags, { marketData, clock, signal }: Market): Promise<DownloadReport> {
  const { interval, out, from, to } = flags;
  const symbols = symbolsIn(flags.symbols, 'USD');
  const span = barSpan(from, Math.min(to, clock.nowMs()), interval);
  const products = await keepProducts(marketData, clock, symbols, out);
  const total = symbols.reduce((sum, symbol) => sum + callsFor(out, symbol, interval, span), 0);
  const progress = progressBar({ total, unit: 'calls' });
  let calls = 0;
  const onCalls = (count: number, symbol: ProductId) => {
    calls += count;
    progress.at(calls, symbol);
  };
  const downloaded: DownloadedFile[] = [];
  try {
    for (const symbol of symbols) {
      downloaded.push(await downloadCandles({ marketData, clock, out, onCalls, signal }, symbol, interval, span));
    }
  } finally {
    progress.end();
  }
  return { downloaded, products, files: downloaded.map(({ file }) => checkCandleFile(file)) };
}

/** First, because a symbol that is not listed ends it before anything is fetched. */
async function keepProducts(
  marketData: MarketData,
  clock: Clock,
  symbols: readonly ProductId[],
  out: string,
): Promise<number> {
  const answer = await marketData.products();
  if (answer.kind !== 'ok') throw new UserError(`products: ${failureText(answer)}`);
  const listed = answer.value.filter(({ id }) => symbols.includes(id));
  const unlisted = symbols.filter((symbol) => !listed.some(({ id }) => id === symbol));
  if (unlisted.length > 0) throw new UserError(`--symbols: the exchange does not list ${unlisted.join(', ')}`);
  writeProductDay(out, clock.nowMs(), listed);
  return readProductDays(out).at(-1)?.products.size ?? 0;
}

function openMarket({ config: dir, exchangeUrl }: DownloadFlags) {
  const { api_url, jwt_host, timeout_ms, rate_limit, retry } = stageConfig(dir, 'local').app.exchange;
  const client = createCoinbaseClient({
    apiUrl: exchangeUrl ?? api_url,
    jwtHost: jwt_host,
    timeoutMs: timeout_ms,
    rateLimit: { publicPerSecond: rate_limit.public_per_second, privatePerSecond: rate_limit.private_per_second },
    retry: { baseMs: retry.base_ms, capMs: retry.cap_ms, maxAttempts: retry.max_attempts },
    clock: systemClock,
    random: Math.random,
  });
  return { marketData: coinbaseMarketData(client), close: client.close };
}
