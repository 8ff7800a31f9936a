import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reportJsonSchema } from './report-json-schema.ts';

/** `npm run backtest:schema`: the JSON Schema of the docs, from the code that writes the reports. */
const file = join(import.meta.dirname, '..', '..', '..', 'docs', 'backtest-report.schema.json');
writeFileSync(file, reportJsonSchema());
