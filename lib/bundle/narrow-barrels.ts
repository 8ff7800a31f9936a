import { readFile } from 'node:fs/promises';
import type { Plugin } from 'rolldown';

const BARREL = /[\\/]@aws-sdk[\\/]core[\\/]dist-es[\\/]submodules[\\/]protocols[\\/]index\.js\?json$/;
const BARREL_NAME = /^@aws-sdk\/core\/protocols$/;
/** SNS alone is spoken to in forms and XML. */
const SPEAKS_XML = /[\\/]@aws-sdk[\\/]client-sns[\\/]/;
const XML_EXPORT = /^export \{.*\} from "\.\/(query|xml)\/\w+";$/gm;
const XML_EXPORTS = 8;
const WITHOUT_XML = '?json';

/**
 * One file of AWS's exports every protocol, and what it reaches is kept beside it, used or not: whoever speaks JSON would
 * load the parser of XML as well. Everybody but SNS gets that file without its lines about XML.
 */
export const narrowBarrels: Plugin = {
  name: 'narrow-barrels',
  resolveId: {
    filter: { id: BARREL_NAME },
    async handler(source, importer) {
      const found = await this.resolve(source, importer, { skipSelf: true });
      if (found === null || SPEAKS_XML.test(importer ?? '')) return found;
      return { ...found, id: `${found.id}${WITHOUT_XML}` };
    },
  },
  load: {
    filter: { id: BARREL },
    async handler(id) {
      const path = id.slice(0, -WITHOUT_XML.length);
      return withoutXml(await readFile(path, 'utf8'), path);
    },
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
