import { describe, expect, it } from 'vitest';
import type { Evidence, EvidenceOf } from '../../shared/core/gates/evidence.ts';
import type { EvidenceStore } from '../../shared/ports/evidence-store.ts';

const CI: EvidenceOf<'ci'> = { kind: 'ci', at_ms: 1, code_version: 'c', risk_hash: 'r', passed: 9, failed: 0 };
const BACK: Evidence = {
  kind: 'demotion',
  at_ms: 2,
  code_version: 'c',
  risk_hash: 'r',
  to: 'PAPER',
  by: 'a',
  reason: 'x',
};

export function evidenceStoreContract(name: string, open: () => EvidenceStore): void {
  describe(`evidence store: ${name}`, () => {
    it('[REQ-M1] gives back all that was filed, and nothing at first', async () => {
      const store = open();
      expect(await store.all()).toEqual([]);
      expect(await store.save(CI, 0)).toBe('saved');
      expect(await store.save(BACK, 0)).toBe('saved');

      expect(await store.all()).toEqual([CI, BACK]);
      expect(await store.find('ci')).toEqual({ version: 1, evidence: CI });
      expect(await store.find('loosening')).toBeUndefined();
    });

    it('[REQ-M1] lets nobody write over what he has not read', async () => {
      const store = open();
      await store.save(CI, 0);

      expect(await store.save({ ...CI, failed: 1 }, 0)).toBe('stale');
      expect(await store.save({ ...CI, failed: 1 }, 1)).toBe('saved');
      expect(await store.save(CI, 1)).toBe('stale');
    });
  });
}
