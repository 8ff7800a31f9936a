import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';

export interface SourceFile {
  /** From the repository's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

export interface ImportStatement {
  readonly specifier: string;
  /** The imported file from the repository's root; null for a package or a node built-in. */
  readonly path: string | null;
  readonly named: string;
}

const FOLDERS = ['bin', 'lib', 'lambdas', 'shared', 'cli', 'simulator', 'bench', 'test'];
const SKIPPED = new Set(['node_modules', 'cdk.out']);

/** Every TypeScript file of the repository. */
export function readSources(root: string): readonly SourceFile[] {
  return FOLDERS.flatMap((folder) => readdirSync(join(root, folder), { withFileTypes: true, recursive: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((absolute) => ({
      absolute,
      path: absolute
        .slice(root.length + 1)
        .split(sep)
        .join('/'),
    }))
    .filter(({ path }) => !path.split('/').some((part) => SKIPPED.has(part)))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ absolute, path }) => ({ path, text: readFileSync(absolute, 'utf8') }));
}

/** Tests and what only tests use may reach across layers. */
export function isTestCode(path: string): boolean {
  return /^test\/|\.test\.ts$|\.contract\.ts$|\/testing\//.test(path);
}

const TOKEN =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|(?<=[(,=:[!&|?{};>]\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/g;

/** The text without comments; with `strings: 'blank'` also without the contents of plain string literals. */
export function codeOf(text: string, strings: 'keep' | 'blank'): string {
  return text.replace(TOKEN, (token) => {
    if (token.startsWith('//') || token.startsWith('/*')) return token.replace(/[^\n]/g, ' ');
    if (strings === 'blank' && /^['"]/.test(token)) return "''";
    return token;
  });
}

const IMPORT =
  /\b(?:import|export)\s+((?:type\s+)?(?:[\w$*\s,]|\{[^}]*\})*?)\s*from\s*(['"])(.+?)\2|\bimport\s*\(?\s*(['"])(.+?)\4/g;

/** Static and dynamic imports and re-exports, types included. */
export function importsOf(file: SourceFile): readonly ImportStatement[] {
  return [...codeOf(file.text, 'keep').matchAll(IMPORT)].map((match) => {
    const specifier = match[3] ?? match[5] ?? '';
    const path = specifier.startsWith('.') ? posix.join(posix.dirname(file.path), specifier) : null;
    return { specifier, path, named: match[1] ?? '' };
  });
}
