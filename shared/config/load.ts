import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ConfigOptions, type ConfigResult, parseConfig } from './parse-config.ts';
import { configFiles, type Stage } from './stages.ts';

export interface LoadOptions extends ConfigOptions {
  readonly dir: string;
  readonly stage: Stage;
}

/** The config of a stage from a folder. */
export function loadConfig({ dir, stage, ...options }: LoadOptions): ConfigResult {
  return parseConfig(readConfigTexts(dir, stage), stage, options);
}

/** The texts of a stage's files by name, as `parseConfig` takes them. What cannot be read is left out, and reported there. */
export function readConfigTexts(dir: string, stage: Stage): Readonly<Record<string, string>> {
  const texts = configFiles(stage).flatMap((file) => {
    const text = textOf(join(dir, file));
    return text === undefined ? [] : [[file, text] as const];
  });
  return Object.fromEntries(texts);
}

const UNREADABLE: ReadonlySet<string | undefined> = new Set([
  'ENOENT',
  'ENOTDIR',
  'EISDIR',
  'EACCES',
  'EPERM',
  'ELOOP',
]);

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (UNREADABLE.has((error as NodeJS.ErrnoException).code)) return undefined;
    throw error;
  }
}
