import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { evidenceId, evidenceSchema } from '../../core/gates/evidence.ts';
import type { EvidenceStore } from '../../ports/evidence-store.ts';
import { docOf, putItem, readItem, recordOf } from './items.ts';
import { rowsOf } from './rows-of.ts';
import { expiresAt } from './table.ts';

const versionSchema = z.int().min(1);

/** `GATE#<bot>` / `<what>`: the one kind that no mode owns. */
export function dynamoEvidenceStore(client: DynamoDBDocumentClient, tableName: string, botId: string): EvidenceStore {
  const pk = `GATE#${botId}`;
  return {
    async all() {
      return (await rowsOf(client, tableName, pk)).map((item) => recordOf(evidenceSchema, item));
    },
    async find(id) {
      const item = await readItem(client, tableName, { pk, sk: id });
      return item && { version: versionSchema.parse(item['version']), evidence: recordOf(evidenceSchema, item) };
    },
    async save(evidence, version) {
      const attributes = {
        version: version + 1,
        doc: docOf(evidenceSchema, evidence),
        // Days are many, and none is believed for so long; words and demotions stay.
        ...(evidence.kind === 'day' && { expires_at: expiresAt(evidence.at_ms) }),
      };
      const condition =
        version === 0
          ? { expression: 'attribute_not_exists(pk)' }
          : { expression: '#version = :previous', names: { '#version': 'version' }, values: { ':previous': version } };
      const written = await putItem(client, tableName, { pk, sk: evidenceId(evidence) }, attributes, condition);
      return written.kind === 'written' ? 'saved' : 'stale';
    },
  };
}
