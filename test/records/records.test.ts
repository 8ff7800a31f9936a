import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { runFileSchema } from '../../cli/local/state-dir.ts';
import { cycleRecordSchema } from '../../shared/adapters/dynamodb/cycle-store.ts';
import { leaseRow } from '../../shared/adapters/dynamodb/lease.ts';
import { paperBookSchema } from '../../shared/adapters/paper/paper-book.ts';
import { dailyLookSchema } from '../../shared/app/daily-look.ts';
import { haltRecordSchema } from '../../shared/app/halt-record.ts';
import { signOfLifeSchema } from '../../shared/app/sign-of-life.ts';
import { alertBookSchema, alertNoticeSchema } from '../../shared/core/alerts/alert-book.ts';
import { orderRecordSchema } from '../../shared/core/execution/order-record.ts';
import { evidenceSchema } from '../../shared/core/gates/evidence.ts';
import { accountSchema } from '../../shared/core/portfolio/account.ts';
import { keyAgesSchema } from '../../shared/core/secrets/key-age.ts';
import { fieldsOf } from './fields-of.ts';

const ROOT = join(import.meta.dirname, '..', '..');

const RECORDS = {
  account: accountSchema,
  alert_book: alertBookSchema,
  alert_message: alertNoticeSchema,
  cycle: cycleRecordSchema,
  daily_look: dailyLookSchema,
  evidence: evidenceSchema,
  halt: haltRecordSchema,
  key_ages: keyAgesSchema,
  lease: leaseRow,
  order: orderRecordSchema,
  paper_book: paperBookSchema,
  run_file: runFileSchema,
  sign_of_life: signOfLifeSchema,
} as const;

/** What would say something about a person. Operators are named by their login where they confirm something (`by`). */
const PERSONAL =
  /e_?mail|phone|first_?name|last_?name|full_?name|birth|gender|street|city|postal|ip_?address|passport|iban/i;

describe('what is kept', () => {
  it('[REQ-RET1] is listed field by field in docs/data-fields.txt: a new one has to be looked at and added there', async () => {
    const lines = Object.entries(RECORDS).flatMap(([record, schema]) =>
      fieldsOf(schema).map((field) => `${record}.${field}`),
    );
    expect(lines.length).toBeGreaterThan(150);
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(join(ROOT, 'docs', 'data-fields.txt'));
    expect(lines.filter((line) => PERSONAL.test(line))).toEqual([]);
  });

  it('[REQ-RET1] would show a new field wherever it hides', () => {
    const hidden = z.object({
      a: z.record(z.string(), z.array(z.object({ email: z.string().nullable().default(null) }))),
    });
    expect(fieldsOf(hidden)).toEqual(['a.*[].email']);
    const either = z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('x'), one: z.string() }),
      z.object({ kind: z.literal('y'), two: z.string().optional() }),
    ]);
    expect(fieldsOf(either)).toEqual(['kind', 'one', 'two']);
  });

  it('[REQ-RET1] has a place in docs/data.md, fact by fact', () => {
    const code = globSync('{shared,cli,lambdas}/**/*.ts', { cwd: ROOT })
      .filter((file) => !/\.(test|contract)\.ts$|testing\//.test(file))
      .map((file) => readFileSync(join(ROOT, file), 'utf8'))
      .join('\n');
    const named = [...code.matchAll(/facts\.save\(\s*'([\w-]+)'|FACT = '([\w-]+)'/g)].map(([, a, b]) => a ?? b ?? '');
    const page = readFileSync(join(ROOT, 'docs', 'data.md'), 'utf8');
    expect(named.length).toBeGreaterThan(4);
    expect(named.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});
