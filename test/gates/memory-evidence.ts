import { type Evidence, evidenceId } from '../../shared/core/gates/evidence.ts';
import type { EvidenceStore, StoredEvidence } from '../../shared/ports/evidence-store.ts';

export function memoryEvidence(filed: readonly Evidence[] = []): EvidenceStore {
  const stored = new Map<string, StoredEvidence>(
    filed.map((evidence) => [evidenceId(evidence), { version: 1, evidence }]),
  );
  return {
    all: async () => [...stored.values()].map(({ evidence }) => evidence),
    find: async (id) => stored.get(id),
    async save(evidence, version) {
      const id = evidenceId(evidence);
      if ((stored.get(id)?.version ?? 0) !== version) return 'stale';
      stored.set(id, { version: version + 1, evidence });
      return 'saved';
    },
  };
}
