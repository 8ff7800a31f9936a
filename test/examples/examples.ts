import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
/** Pages whose examples run: in this order, in one folder. */
const PAGES = ['README.md', 'docs/backtest.md', 'docs/research-data.md', 'docs/truth.md'];

export interface Example {
  readonly page: string;
  readonly line: number;
  /** Behind `trader`. */
  readonly args: readonly string[];
}

/** Every line of a fenced block that calls `trader`; one that stands on several pages once. */
export function examplesIn(pages: readonly string[] = PAGES): readonly Example[] {
  const all = pages.flatMap((page) => examplesOf(page, readFileSync(join(ROOT, page), 'utf8')));
  return all.filter(({ args }, i) => all.findIndex((other) => other.args.join(' ') === args.join(' ')) === i);
}

export function examplesOf(page: string, text: string): readonly Example[] {
  let isCode = false;
  return text.split('\n').flatMap((raw, i) => {
    if (raw.startsWith('```')) isCode = !isCode;
    const [, call] = /^(?:npm run -s )?trader(?: --)? (.+)$/.exec(raw) ?? [];
    return isCode && call !== undefined ? [{ page, line: i + 1, args: call.split(/\s+/) }] : [];
  });
}
