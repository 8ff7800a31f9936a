import type { SnapshotArchive } from '../ports/snapshot-archive.ts';

const HOUR_MS = 3_600_000;

/**
 * Decides the first cycle of each hour once more, from the very text that went into its archive, and holds it against the
 * decision that was acted on [I8]. What `trader parity` shows of a whole run is thus known within the hour it began in.
 */
export function replayCheck(inner: SnapshotArchive): {
  readonly archive: SnapshotArchive;
  /** Why a replay of this slot is not what was decided; null: it is, or it is not the slot's turn. */
  readonly drift: (slotMs: number) => Promise<string | null>;
} {
  let last: { readonly slotMs: number; readonly text: string } | null = null;
  return {
    archive: {
      ...inner,
      put: (slotMs, text) => {
        last = { slotMs, text };
        return inner.put(slotMs, text);
      },
    },
    async drift(slotMs) {
      if (slotMs % HOUR_MS !== 0 || last?.slotMs !== slotMs) return null;
      // What reads archives is asked once an hour: it is loaded then.
      const { sameAgain } = await import('./same-again.ts');
      const slot = new Date(slotMs).toISOString();
      return sameAgain(last.text) ? null : `the cycle of ${slot} is decided otherwise when it is replayed`;
    },
  };
}
