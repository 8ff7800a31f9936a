import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decisionFileJsonSchema } from './decision-file.ts';

/** `npm run snapshot:schema`: the JSON Schema of the docs, from the code that reads the files. */
writeFileSync(join(import.meta.dirname, '..', '..', 'docs', 'snapshot.schema.json'), decisionFileJsonSchema());
