import { join } from 'node:path';
import type { ConfigFault } from '../fault.ts';
import { readConfigTexts } from '../load.ts';
import { type ConfigOptions, type LoadedConfig, parseConfig } from '../parse-config.ts';
import type { Stage } from '../stages.ts';

export const SHIPPED_DIR = join(import.meta.dirname, '..', '..', '..', 'config');

export type Texts = Readonly<Record<string, string>>;

export function shippedTexts(stage: Stage): Texts {
  return readConfigTexts(SHIPPED_DIR, stage);
}

/** The texts with one passage of one file replaced. Throws when the passage is not there: the test would prove nothing. */
export function edited(texts: Texts, file: string, from: string, to: string): Texts {
  const text = texts[file];
  if (text?.includes(from) !== true) throw new Error(`${file} does not contain ${JSON.stringify(from)}`);
  return { ...texts, [file]: text.replace(from, () => to) };
}

/** Lines put behind the last line of a file. */
export function appended(texts: Texts, file: string, lines: string): Texts {
  return { ...texts, [file]: `${texts[file] ?? ''}\n${lines}\n` };
}

export function faultsIn(texts: Texts, stage: Stage, options: ConfigOptions = {}): readonly ConfigFault[] {
  const result = parseConfig(texts, stage, options);
  return result.kind === 'ok' ? [] : result.faults;
}

export function loadedFrom(texts: Texts, stage: Stage, options: ConfigOptions = {}): LoadedConfig {
  const result = parseConfig(texts, stage, options);
  if (result.kind === 'invalid') throw new Error(JSON.stringify(result.faults, undefined, 2));
  return result.config;
}
