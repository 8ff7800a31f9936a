import * as z from 'zod';
import { admissionSchema } from '../admission/admission-schema.ts';
import { montecarloSchema } from '../montecarlo/montecarlo-schema.ts';
import { sensitivitySchema } from '../sensitivity/sensitivity-schema.ts';
import { sweepSchema } from '../sweep/sweep-schema.ts';
import { walkforwardSchema } from '../walkforward/walkforward-schema.ts';

const SCHEMAS = {
  admission: admissionSchema,
  montecarlo: montecarloSchema,
  sensitivity: sensitivitySchema,
  sweep: sweepSchema,
  walkforward: walkforwardSchema,
};

/** The JSON Schema of every study's report, by the name of its file in docs. */
export function studyJsonSchemas(): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(SCHEMAS).map(([name, schema]) => {
      const title = `The report of trader ${name} of 247trader (docs/research.md)`;
      return [`${name}-report.schema.json`, `${JSON.stringify({ title, ...z.toJSONSchema(schema) }, null, 2)}\n`];
    }),
  );
}
