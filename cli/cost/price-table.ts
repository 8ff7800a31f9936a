import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

const price = z.strictObject({ usd: z.number().min(0), page: z.string().min(1) });

/** Prices with their date and source. Data, so that a person can put others in without touching code. */
const priceTableSchema = z.strictObject({
  region: z.string(),
  as_of: z.iso.date(),
  source: z.string(),
  note: z.string(),
  prices: z.strictObject({
    lambda_arm64_gb_second: price,
    lambda_x86_gb_second: price,
    lambda_request: price,
    scheduler_invocation: price,
    dynamodb_write_unit: price,
    dynamodb_read_unit: price,
    dynamodb_storage_gb: price,
    dynamodb_backup_gb: price,
    sqs_fifo_request: price,
    sqs_standard_request: price,
    s3_get: price,
    s3_put: price,
    s3_storage_gb: price,
    secret: price,
    secret_call: price,
    alarm_metric: price,
    composite_alarm: price,
    custom_metric: price,
    dashboard: price,
    log_ingest_gb: price,
    log_storage_gb: price,
    trace: price,
    sns_publish: price,
    sns_mail: price,
    kms_key: price,
    transfer_out_gb: price,
  }),
  /** What AWS gives an account each month for ever, in the units of the prices. */
  always_free: z.record(z.string(), z.number().min(0)),
});
export type PriceTable = Readonly<z.output<typeof priceTableSchema>>;
export type PriceName = keyof PriceTable['prices'];

export function readPrices(file = join(import.meta.dirname, 'prices.json')): PriceTable {
  return priceTableSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}
