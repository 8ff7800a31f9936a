import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Plugin } from 'rolldown';

const SCHEMA_FILE = /[\\/]@aws-sdk[\\/]client-[a-z0-9-]+[\\/]dist-es[\\/]schemas[\\/]schemas_0\.js$/;
const SDK_PACKAGE = /[\\/]@aws-sdk[\\/][a-z0-9-]+[\\/]package\.json$/;
const WORD = /^const (_\w+) = ("[^"\\]*");$/gm;
const COMPUTED_KEY = /\[(_\w+)\](?=:)/g;
const MODELLED_ERROR = /^n0_registry\.registerError\((\w+)\$, \w+\);$/gm;

/** The modelled errors that an adapter of ours tells apart. Every other one arrives with its name all the same. */
const KEPT_ERRORS: ReadonlySet<string> = new Set([
  'ConditionalCheckFailedException',
  'ResourceNotFoundException',
  'ResourceInUseException',
  'ParameterNotFound',
  'NoSuchKey',
]);

/**
 * A client describes every operation of its service in one file, and all of it must be kept: computed keys might have side
 * effects, and each error registers itself. Written out plainly, only the operations in use remain
 * (SSM 79 KB -> 7 KB, S3 103 KB -> 36 KB).
 */
export const trimmedSchemas: Plugin = {
  name: 'trimmed-schemas',
  load: {
    filter: { id: [SDK_PACKAGE, SCHEMA_FILE] },
    async handler(id) {
      const text = await readFile(id, 'utf8');
      if (SCHEMA_FILE.test(id)) return trimSchemas(text, id);
      // A client tells its version to the service; the rest of its package.json is of no use in a bundle.
      const { version } = JSON.parse(text) as { readonly version: string };
      return { code: JSON.stringify({ version }), moduleType: 'json' };
    },
  },
};

/** Throws when the file is not written as expected, so that an upgrade of the SDK cannot make this silently useless. */
export function trimSchemas(text: string, path: string): string {
  const words = new Map([...text.matchAll(WORD)].map(([, name = '', value = '']) => [name, value]));
  if (words.size === 0)
    throw new Error(
      `${basename(dirname(dirname(dirname(path))))}: ${path} has an unknown layout; review lib/bundle/trimmed-schemas.ts`,
    );
  return text
    .replace(COMPUTED_KEY, (whole, name: string) => words.get(name) ?? whole)
    .replace(MODELLED_ERROR, (whole, error: string) => (KEPT_ERRORS.has(error) ? whole : ''));
}
