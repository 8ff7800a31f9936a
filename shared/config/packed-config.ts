import { createHash } from 'node:crypto';
import type { LoadedConfig } from './parse-config.ts';

/** The config of a stage as its functions read it: parsed when they were bundled, with what names it. */
export interface PackedConfig extends Pick<LoadedConfig, 'app' | 'decision'> {
  /** The very text of config.json that it was parsed from. */
  readonly made_from: string;
  /** What gate evidence is bound to. */
  readonly binding: { readonly code_version: string; readonly risk_hash: string };
}

/** An exact amount in JSON, which has no integers of this size. */
const EXACT = '$exact';

export function packedText(packed: PackedConfig): string {
  return `${JSON.stringify(packed, (_, value) => (typeof value === 'bigint' ? { [EXACT]: `${value}` } : value))}\n`;
}

/**
 * The parsed config, if it was made from this very text; no schema runs again. Throws where the two do not belong together:
 * a config.json that was changed after it was checked would be shown to people and not be acted on.
 */
export function unpackConfig(packed: string, configJson: string): PackedConfig {
  const config = JSON.parse(packed, (_, value) => (isExact(value) ? BigInt(value[EXACT]) : value)) as PackedConfig;
  if (config.made_from === digestOf(configJson)) return config;
  throw new Error('packed.json was not made from this config.json: bundle the function again');
}

export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function isExact(value: unknown): value is { readonly [EXACT]: string } {
  return typeof value === 'object' && value !== null && EXACT in value;
}
