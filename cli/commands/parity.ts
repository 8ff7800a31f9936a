import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { isThere } from '../../shared/adapters/is-there.ts';
import type { OrderRecord } from '../../shared/core/execution/order-record.ts';
import { withBooks } from '../books/open-books.ts';
import { EVER, everyOrder } from '../books/read-books.ts';
import { CONFIG_DIR, stageConfig } from '../decision/read-inputs.ts';
import { stageIn } from '../local/state-dir.ts';
import { paintFor } from '../render/paint.ts';
import { parityText } from '../render/parity-view.ts';
import { progressBar } from '../render/progress.ts';
import { type CycleFile, cyclesIn, readCycleFile, slotText } from '../research/archived-cycles.ts';
import { type ParityReport, parity } from '../research/parity.ts';
import { decisionsIn } from '../research/replay.ts';
import { UserError } from '../user-error.ts';

const EXAMPLES = `
Every archived cycle is decided again and held against its recorded decision; where the orders of the run are at hand (a
state folder, as --state or as --archive) each of them is held against the paper exchange's fill rules on the archived market. What differs is split four ways, in basis points:

  data      of what was ordered: cycles decided on other inputs than are archived (as_of, config_hash, equity, drawdown
            or regime figures differ), and quotes that orders remember otherwise than the archive
  decision  of what was ordered: the same inputs now decide otherwise
  fill      of what was dealt: the price that was paid, less the price the model gives at the market of the cycle before
            the order was sent (an order that rests: on the minutes after it), on the quantity that both dealt
  fee       of what was dealt: commission, less the account's rate on the same fills

More than 0 in fill and fee: the run paid more than the model. Equal runs show 0 in all four. Exits 1 unless every cycle
was compared and decides the same, and every order was asked for by a decision; with --max-bps also when any of the four
is larger.

Examples:
  trader parity --state .state/paper-synthetic-1
  trader parity --archive bucket-copy/cycles/247t/LIVE --json
  trader parity --state .state/paper-public-1 --max-bps 10`;

interface ParityFlags {
  readonly archive?: string;
  readonly state?: string;
  readonly decisions?: string;
  readonly config: string;
  readonly slippageBps?: number;
  readonly maxBps?: number;
  readonly json?: true;
}

/** `trader parity`: whether what ran is what a replay makes of it. */
export function parityCommand(): Command {
  return new Command('parity')
    .description('replay a recorded run: the same decisions, and where fills and fees part from the model')
    .option('--archive <dir>', 'the archived cycles (default: those of --state)')
    .option('--state <dir>', 'the state folder of a local run, for its orders')
    .option(
      '--decisions <file>',
      'recorded decisions of "trader local --decisions", for cycles archived without theirs',
    )
    .addOption(new Option('--config <dir>', 'the config folder').default(CONFIG_DIR, 'config/ of this program'))
    .option('--slippage-bps <bps>', "of the fill model (default: the config's paper.slippage_bps)", parseBps)
    .option('--max-bps <bps>', 'exit 1 when any part of the split is larger', parseBps)
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(run);
}

async function run(flags: ParityFlags): Promise<void> {
  const { archive, decisions, maxBps, json } = flags;
  const state = flags.state ?? stateIn(archive);
  const dir = archive ?? state;
  if (dir === undefined) throw new UserError('name what is to be replayed: --state DIR or --archive DIR');
  const cycles = cyclesIn(dir);
  const slippageBps =
    flags.slippageBps ??
    stageConfig(flags.config, state === undefined ? 'local' : stageIn(state)).app.paper.slippage_bps;
  const records = state === undefined ? null : await recordsOf(state, flags.config, cycles);
  const report = parityOf(cycles, records, slippageBps, await decisionsIn(decisions));
  const isRight = agrees(report) && isWithin(report, maxBps);
  if (!isRight) process.exitCode = 1;
  if (json === true) console.log(JSON.stringify({ ok: isRight, archive: dir, ...report }));
  else console.log(parityText(report, paintFor(process.stdout)));
}

/** The archive of a local run lies in its state folder, beside its orders. */
function stateIn(archive: string | undefined): string | undefined {
  return archive !== undefined && isThere(join(archive, 'run.json')) ? archive : undefined;
}

function parityOf(
  cycles: readonly CycleFile[],
  records: readonly OrderRecord[] | null,
  slippageBps: number,
  decisions: ReadonlyMap<number, unknown>,
): ParityReport {
  const replay = parity(records, slippageBps);
  const progress = progressBar({ total: cycles.length, unit: 'cycles' });
  try {
    for (const [i, { slotMs, path }] of cycles.entries()) {
      progress.at(i, slotText(slotMs));
      replay.add(readCycleFile(path), decisions.get(slotMs));
    }
  } finally {
    progress.end();
  }
  return replay.report();
}

/** Of the archived time: what was sent before it, or decided after it, cannot be seen. */
async function recordsOf(state: string, config: string, cycles: readonly CycleFile[]): Promise<readonly OrderRecord[]> {
  const first = cycles[0]?.slotMs ?? 0;
  const last = cycles.at(-1)?.slotMs ?? 0;
  const records = await withBooks({ state, config }, (books) => everyOrder(books, EVER));
  return records.filter(({ decided: { slot_ms } }) => slot_ms >= first && slot_ms <= last);
}

function agrees({ cycles, identical, orders }: ParityReport): boolean {
  return identical === cycles && (orders === null || orders.undecided.length === 0);
}

function isWithin({ split }: ParityReport, maxBps: number | undefined): boolean {
  return maxBps === undefined || Object.values(split).every((bps) => Math.abs(bps ?? 0) <= maxBps);
}

function parseBps(text: string): number {
  if (!/^\d{1,5}(?:\.\d{1,4})?$/.test(text)) throw new InvalidArgumentError('Use basis points, such as 5 or 2.5.');
  return Number(text);
}
