import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { studyJsonSchemas } from './report-schemas.ts';

/** `npm run research:schema`: the JSON Schemas of the docs, from the code that writes the reports. */
for (const [name, text] of studyJsonSchemas()) {
  writeFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', name), text);
}
