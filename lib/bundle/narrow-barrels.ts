import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

const BARREL = /[\\/]@aws-sdk[\\/]core[\\/]dist-es[\\/]submodules[\\/]protocols[\\/]index\.js$/;
const BARREL_NAME = /^@aws-sdk\/core\/protocols$/;
/** SNS alone is spoken to in forms and XML. */
const SPEAKS_XML = /[\\/]@aws-sdk[\\/]client-sns[\\/]/;
const XML_EXPORT = /^export \{.*\} from "\.\/(query|xml)\/\w+";$/gm;
const XML_EXPORTS = 8;

/**
 * One file of AWS's exports every protocol, and esbuild keeps what a file reaches beside it, used or not: whoever speaks
 * JSON would load the parser of XML as well. Everybody but SNS gets that file without its lines about XML.
 */
export const narrowBarrels: Plugin = {
  name: 'narrow-barrels',
  setup(build) {
    build.onResolve({ filter: BARREL_NAME }, async ({ path, importer, pluginData, ...rest }) => {
      if (pluginData === 'asked') return undefined;
      const found = await build.resolve(path, { ...rest, importer, pluginData: 'asked' });
      return SPEAKS_XML.test(importer) ? found : { ...found, suffix: '?json' };
    });
    build.onLoad({ filter: BARREL }, async ({ path, suffix }) =>
      suffix === '?json' ? { contents: withoutXml(await readFile(path, 'utf8'), path), loader: 'js' } : undefined,
    );
  },
};

/** Throws when the file is not written as expected, so that an upgrade of the SDK cannot make this silently useless. */
export function withoutXml(text: string, path: string): string {
  const found = text.match(XML_EXPORT)?.length ?? 0;
  if (found !== XML_EXPORTS) {
    throw new Error(
      `${path} has ${found} exports about XML instead of ${XML_EXPORTS}; review lib/bundle/narrow-barrels.ts`,
    );
  }
  return text.replace(XML_EXPORT, '');
}
