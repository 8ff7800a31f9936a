import * as z from 'zod';
import { edgeSchema } from '../study/edge.ts';
import { studyFactsSchema } from '../study/study-facts.ts';

export const admissionSchema = z.strictObject({
  format: z.literal(1),
  kind: z.literal('admission'),
  run: studyFactsSchema,
  min_round_trips: z.int(),
  is_alone: z
    .boolean()
    .describe('Each strategy had the account to itself; false: they shared it, as one report has it'),
  strategies: z.array(
    z.strictObject({
      strategy: z.string(),
      ...edgeSchema.shape,
      p_holm: z.number().nullable().describe('As one of all strategies of this report'),
      verdict: z.enum(['clears', 'does_not_clear']),
      why: z.string(),
    }),
  ),
});

export type AdmissionReport = z.output<typeof admissionSchema>;
