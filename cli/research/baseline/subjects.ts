import { statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Interval } from '../../../shared/core/market/interval.ts';
import { UserError } from '../../user-error.ts';
import { baselineOf } from './baseline-file.ts';
import { compare, type Deviation } from './compare.ts';
import type { Acceptance } from './file-schema.ts';
import { FIXED_MARKETS } from './markets.ts';
import { type Measured, measure, measureFixed, type Settings, type Subject } from './measure.ts';

export interface Span {
  readonly interval: Interval;
  readonly fromMs: number;
  readonly toMs: number;
}

/** The three fixed markets, as the bot of now trades them. */
export function measureAll(settings: Settings): readonly Measured[] {
  return FIXED_MARKETS.map((market) => measureFixed(market, settings));
}

/** Real candles. A folder goes by its name, wherever it lies. */
export function measureFolder(dir: string, span: Span, settings: Settings): Measured {
  const subject: Subject = {
    market: nameOf(dir),
    interval: span.interval,
    from: new Date(span.fromMs).toISOString(),
    to: new Date(span.toMs).toISOString(),
  };
  return measure(subject, dir, settings);
}

/** The same span again of which the folder's baseline was taken. */
export function measureAgain(dir: string, acceptances: readonly Acceptance[], settings: Settings): Measured {
  if (!statSync(dir, { throwIfNoEntry: false })?.isDirectory()) throw new UserError(`--data ${dir} is not a folder`);
  const old = baselineOf(acceptances, nameOf(dir));
  if (old === null) {
    throw new UserError(
      `${nameOf(dir)} has no baseline: trader baseline accept --data ${dir} --interval I --from T --to T --reason TEXT`,
    );
  }
  const { market, interval, from, to, data_hash } = old;
  const now = measure({ market, interval, from, to }, dir, settings);
  if (now.data_hash !== data_hash) {
    throw new UserError(`${dir} holds other candles than the baseline of ${market} was taken of: nothing to compare`);
  }
  return now;
}

export function deviationsOf(acceptances: readonly Acceptance[], measured: readonly Measured[]): readonly Deviation[] {
  return measured.flatMap(({ market, metrics }) =>
    compare(market, baselineOf(acceptances, market)?.metrics ?? null, metrics),
  );
}

/** Folders of candles never take the name of a fixed market. */
function nameOf(dir: string): string {
  return `data:${basename(dir)}`;
}
