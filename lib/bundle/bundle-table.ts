import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

interface FunctionResource {
  readonly Type: string;
  readonly Properties?: { readonly Environment?: { readonly Variables?: Readonly<Record<string, unknown>> } };
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

/**
 * What each function of a synthesized stage weighs, all its files together, heaviest first. What a start loads of it is
 * less: `npm run bench:init`.
 */
export function bundleTable(dir: string): readonly string[] {
  if (!existsSync(dir)) return [];
  const rows = functionsIn(dir).map(({ name, files }) => {
    const codes = files.map((file) => readFileSync(file));
    return {
      name,
      kb: sumKb(codes.map(({ length }) => length)),
      gzipKb: sumKb(codes.map((code) => gzipSync(code, { level: 9 }).length)),
      files: codes.length,
    };
  });
  return [
    'bundle        kB   gzip kB   files',
    ...rows
      .sort((a, b) => b.kb - a.kb)
      .map(({ name, kb, gzipKb, files }) => {
        const cells = [kb.toFixed(1).padStart(7), gzipKb.toFixed(1).padStart(9), String(files).padStart(7)];
        return `${name.padEnd(9)}${cells.join(' ')}`;
      }),
  ];
}

function functionsIn(dir: string): readonly { readonly name: string; readonly files: readonly string[] }[] {
  const resources = readdirSync(dir)
    .filter((name) => name.endsWith('.template.json'))
    .flatMap((name) =>
      Object.values((JSON.parse(readFileSync(join(dir, name), 'utf8')) as { Resources?: object }).Resources ?? {}),
    ) as readonly FunctionResource[];
  return resources.flatMap(({ Type: type, Properties: properties, Metadata: metadata }) => {
    const asset = metadata?.['aws:asset:path'];
    const name = properties?.Environment?.Variables?.['POWERTOOLS_SERVICE_NAME'];
    if (type !== 'AWS::Lambda::Function' || typeof asset !== 'string' || typeof name !== 'string') return [];
    return [{ name, files: globSync(join(dir, asset, '*.js')) }];
  });
}

function sumKb(bytes: readonly number[]): number {
  return bytes.reduce((all, each) => all + each, 0) / 1_000;
}
