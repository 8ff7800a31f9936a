import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

const SCHEMAS = /[\\/]zod[\\/]v4[\\/]classic[\\/]schemas\.js$/;

/** Formats of text that no schema here asks for. A schema that asks for one after all throws when its function starts. */
const UNUSED = [
  'email',
  'jwt',
  'emoji',
  'guid',
  'uuid',
  'uuidv4',
  'uuidv6',
  'uuidv7',
  'nanoid',
  'cuid',
  'cuid2',
  'ulid',
  'base64',
  'base64url',
  'xid',
  'ksuid',
  'ipv4',
  'ipv6',
  'cidrv4',
  'cidrv6',
  'e164',
] as const;

/** Every text schema carries a method for every format, so a bundle would carry every format too (10 KB). */
export const trimmedZod: Plugin = {
  name: 'trimmed-zod',
  setup(build) {
    build.onLoad({ filter: SCHEMAS }, async ({ path }) => ({
      contents: trimFormats(await readFile(path, 'utf8'), path),
      loader: 'js',
    }));
  },
};

/** Throws when a method is not written as expected, so that an upgrade of zod cannot make this silently useless. */
export function trimFormats(text: string, path: string): string {
  return UNUSED.reduce((rest, name) => {
    const method = new RegExp(
      `^    ${name}\\(params\\) \\{\\n        return this\\.check\\(core\\._\\w+\\(Zod\\w+, params\\)\\);\\n    \\},\\n`,
      'm',
    );
    if (!method.test(rest))
      throw new Error(`${path} has no method ${name} as expected; review lib/bundle/trimmed-zod.ts`);
    return rest.replace(method, '');
  }, text);
}
