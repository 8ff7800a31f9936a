import type { Difference } from '../research/json-diff.ts';
import type { Paint } from './paint.ts';

const MOST_SHOWN = 40;
const LONGEST = 160;

export interface ReplayReport {
  readonly slot: string;
  readonly file: string;
  readonly config_hash: string;
  readonly identical: boolean;
  readonly differences: readonly Difference[];
}

export function replayText({ slot, config_hash, differences }: ReplayReport, paint: Paint): string {
  if (differences.length === 0) return `cycle ${slot}, config ${config_hash}: the same decision, byte for byte`;
  return [
    paint('red', `cycle ${slot}, config ${config_hash}: ${differences.length} differences`),
    ...differenceLines(differences, paint),
  ].join('\n');
}

/** Three lines each: where, what was recorded, what comes out now. */
export function differenceLines(differences: readonly Difference[], paint: Paint): readonly string[] {
  const more =
    differences.length > MOST_SHOWN ? [`and ${differences.length - MOST_SHOWN} more (--json shows all)`] : [];
  const shown = differences
    .slice(0, MOST_SHOWN)
    .flatMap(({ path, recorded, replayed }) => [
      paint('bold', path === '' ? '(the whole decision)' : path),
      paint('red', `- ${valueText(recorded)}`),
      paint('green', `+ ${valueText(replayed)}`),
    ]);
  return [...shown, ...more];
}

function valueText(value: unknown): string {
  if (value === undefined) return '(not there)';
  const text = JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text;
}
