import * as z from 'zod';
import { reportSchema } from '../../../shared/core/backtest/report-schema.ts';

/** The JSON Schema of a backtest's report, as text: docs/backtest-report.schema.json. */
export function reportJsonSchema(): string {
  const schema = z.toJSONSchema(reportSchema);
  return `${JSON.stringify({ title: 'The report of a backtest of 247trader (docs/backtest.md)', ...schema }, null, 2)}\n`;
}
