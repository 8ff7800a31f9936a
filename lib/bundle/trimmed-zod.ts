import { readFile } from 'node:fs/promises';
import type { Plugin } from 'rolldown';

const SCHEMAS = /[\\/]zod[\\/]v4[\\/]classic[\\/]schemas\.js$/;
const ISO = /[\\/]zod[\\/]v4[\\/]classic[\\/]iso\.js$/;

/** What a schema of ours is asked for, when it is made or when it is used. What asks for another method fails by its name. */
const KEPT: ReadonlySet<string> = new Set([
  'array',
  'check',
  'clone',
  'default',
  'describe',
  'extend',
  'max',
  'min',
  'negative',
  'nullable',
  'nullish',
  'omit',
  'optional',
  'parse',
  'pipe',
  'positive',
  'refine',
  'regex',
  'safeParse',
  'superRefine',
  'transform',
]);

/** A method or an accessor in the table of a kind of schema, to the end of its body. */
const MEMBER =
  /^ {4}(?:async )?(?:get |set )?"?([~\w]+)"?(?:\(.*\)|: (?:async )?function \w+\(.*\)) \{\n(?: {8}.*\n)+ {4}\},\n/gm;
const ISO_FUNCTION = /^export function (date|time|duration)\(params\) \{\n.*\n\}\n/gm;

interface Change {
  readonly what: RegExp;
  readonly by: string;
}

const CHANGES: readonly Change[] = [
  // Taken from the barrel it is an object, every function of which would be kept.
  { what: /^import \{ util \} from "\.\.\/core\/index\.js";$/m, by: 'import * as util from "../core/util.js";' },
  // It would write and compile a parser for every schema at its first use: a quarter of the time to start, and a function
  // parses too little to earn it back.
  { what: /\$ZodObjectJIT\b/g, by: '$ZodObject' },
  // It keeps a value that contains itself from being parsed forever; nothing that comes as text does.
  { what: /core\.config\(\{ memoizer: core\.memoizer\(\) \}\)/g, by: 'undefined' },
  // Nothing writes JSON schemas.
  { what: /^ {4}inst\._zod\.processJSONSchema = .*;\n/gm, by: '' },
];

/**
 * Every schema has a method for everything that zod can do, so a bundle would carry all of zod. Left is what schemas here
 * use, of 75 kB some 45.
 */
export const trimmedZod: Plugin = {
  name: 'trimmed-zod',
  load: {
    filter: { id: [SCHEMAS, ISO] },
    async handler(id) {
      const text = await readFile(id, 'utf8');
      return SCHEMAS.test(id) ? trimZod(text, id) : onlyDatetime(text, id);
    },
  },
};

/** Throws when something is not written as expected, so that an upgrade of zod cannot make this silently useless. */
export function trimZod(text: string, path: string): string {
  const found = new Set([...text.matchAll(MEMBER)].map(([, name = '']) => name));
  const unknown = [...KEPT].filter((name) => !found.has(name));
  if (unknown.length > 0) throw strange(path, `no method ${unknown.join(', ')}`);
  const methods = text.replace(MEMBER, (whole, name: string) => (KEPT.has(name) ? whole : ''));
  return CHANGES.reduce((rest, { what, by }) => {
    if (rest.search(what) < 0) throw strange(path, `no ${what.source}`);
    return rest.replace(what, by);
  }, methods);
}

/** Throws as trimZod does. */
export function onlyDatetime(text: string, path: string): string {
  const found = text.match(ISO_FUNCTION)?.length ?? 0;
  if (found !== 3) throw strange(path, 'other formats of time than expected');
  return text.replace(ISO_FUNCTION, '');
}

function strange(path: string, what: string): Error {
  return new Error(`${path} has ${what}; review lib/bundle/trimmed-zod.ts`);
}
