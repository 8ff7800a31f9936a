import { digestOf, packedText } from './packed-config.ts';
import type { LoadedConfig } from './parse-config.ts';
import { riskHash } from './risk-hash.ts';

/**
 * What lies beside the code of a function, by file name: the stage's config as it was written, for people, and as it was
 * parsed and checked, for the function.
 */
export function packConfig(
  { app, decision, merged }: Pick<LoadedConfig, 'app' | 'decision' | 'merged'>,
  code_version: string,
): Readonly<Record<'config.json' | 'packed.json', string>> {
  const text = `${JSON.stringify(merged, null, 2)}\n`;
  const binding = { code_version, risk_hash: riskHash(merged) };
  return { 'config.json': text, 'packed.json': packedText({ made_from: digestOf(text), binding, app, decision }) };
}
