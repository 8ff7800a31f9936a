import { type Evidence, evidenceId } from '../core/gates/evidence.ts';
import type { EvidenceStore } from '../ports/evidence-store.ts';

const MAX_TRIES = 5;

/** Puts evidence in place of what stands there, or of what `change` makes of it. */
export async function fileEvidence<Kind extends Evidence>(
  store: EvidenceStore,
  fresh: Kind,
  change: (known: Kind) => Kind = () => fresh,
): Promise<Kind> {
  const id = evidenceId(fresh);
  for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
    const stored = await store.find(id);
    const next = change(stored === undefined ? fresh : (stored.evidence as Kind));
    if ((await store.save(next, stored?.version ?? 0)) === 'saved') return next;
  }
  throw new Error(`the evidence ${id} changed under ${MAX_TRIES} attempts to file it`);
}
