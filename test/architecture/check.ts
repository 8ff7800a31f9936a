import { posix } from 'node:path';
import { brokenRules } from './house-rules.ts';
import { LAYERS } from './layers.ts';
import { type ImportStatement, importsOf, isTestCode, type SourceFile } from './source-file.ts';

/** Everything wrong with these files, one line each; empty when the architecture holds. */
export function findBreaches(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap((file) => [
    ...layerBreaches(file),
    ...zodBreaches(file),
    ...brokenRules(file).map((rule) => `${file.path}: ${rule}`),
  ]);
}

function layerBreaches(file: SourceFile): readonly string[] {
  if (isTestCode(file.path)) return [];
  const layer = LAYERS.find(({ folder }) => folder.test(file.path));
  if (layer === undefined) return [`${file.path}: belongs to no layer`];

  const allowed = layer.mayImport.map((prefix) => (prefix === '.' ? ownFolder(file.path, layer.folder) : prefix));
  const isAllowed = ({ path, specifier }: ImportStatement) =>
    path === null
      ? layer.packages.some((pattern) => pattern.test(specifier))
      : allowed.some((prefix) => path.startsWith(prefix)) && !isTestCode(path);

  return importsOf(file)
    .filter((statement) => !isAllowed(statement))
    .map(({ path, specifier }) => `${file.path}: ${layer.name} must not import ${path ?? specifier}`);
}

function ownFolder(path: string, folder: RegExp): string {
  return folder.exec(path)?.[0] ?? `${posix.dirname(path)}/`;
}

/** A named import of `z` pulls every locale into a Lambda bundle. */
function zodBreaches(file: SourceFile): readonly string[] {
  if (isTestCode(file.path)) return [];
  return importsOf(file)
    .filter(({ specifier, named }) => specifier === 'zod' && !/\*\s+as\s+z\b/.test(named))
    .map(() => `${file.path}: zod is imported as a namespace`);
}
