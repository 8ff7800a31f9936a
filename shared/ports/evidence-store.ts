import type { Evidence } from '../core/gates/evidence.ts';

export interface StoredEvidence {
  readonly version: number;
  readonly evidence: Evidence;
}

/** Gate evidence of a bot, across its modes: what PAPER has shown is what LIVE asks for. */
export interface EvidenceStore {
  /** Strongly consistent. */
  all(): Promise<readonly Evidence[]>;
  find(id: string): Promise<StoredEvidence | undefined>;
  /** `version`: the one that was read (0: must not exist). */
  save(evidence: Evidence, version: number): Promise<'saved' | 'stale'>;
}
