import { parse } from 'yaml';
import { formatFaults } from '../shared/config/fault.ts';
import { readConfigTexts } from '../shared/config/load.ts';
import { type LoadedConfig, parseConfig } from '../shared/config/parse-config.ts';
import type { AwsStage } from './stage-settings.ts';

export interface StageConfig {
  readonly config: LoadedConfig;
  /** The files as a function carries them: the same names and values, written as JSON. */
  readonly texts: Readonly<Record<string, string>>;
}

/** Nothing is synthesized from a config that the bot would refuse. Throws with every fault at once. */
export function stageConfig(dir: string, stage: AwsStage): StageConfig {
  const texts = readConfigTexts(dir, stage);
  const result = parseConfig(texts, stage);
  if (result.kind === 'invalid') throw new Error(`config of stage ${stage}:\n${formatFaults(result.faults)}`);
  return { config: result.config, texts: asJson(texts) };
}

/** JSON spares every function the 116 KB of a YAML parser. */
function asJson(texts: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, JSON.stringify(parse(text, { schema: 'core' }))]),
  );
}
