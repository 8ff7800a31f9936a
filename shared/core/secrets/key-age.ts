import * as z from 'zod';

export const KEY_PURPOSES = ['view', 'trade'] as const;

const DAY_MS = 86_400_000;
/** [REQ-SEC2] */
const WARN_AFTER_DAYS = 80;
export const BLOCK_AFTER_DAYS = 90;
/** The daily look may fail once and the one after it be late; older knowledge is none. */
const BELIEVED_MS = 3 * DAY_MS;

/** What the daily look found; ages only, never a value. */
export const keyAgesSchema = z.strictObject({
  checked_at_ms: z.number().min(0),
  /** When the key in use was put there; null: the store does not tell. */
  changed_at_ms: z.strictObject({ view: z.number().min(0).nullable(), trade: z.number().min(0).nullable() }),
  /** The latest changes by `trader secrets rotate`, oldest first. */
  rotations: z.array(z.strictObject({ at_ms: z.number(), purpose: z.enum(KEY_PURPOSES), version_id: z.string() })),
});
export type KeyAges = Readonly<z.output<typeof keyAgesSchema>>;

export interface SecretAgeVerdict {
  /** 'ageing': from 80 days on; 'expired': from 90 days on; 'unknown' counts as expired. */
  readonly status: 'fresh' | 'ageing' | 'expired' | 'unknown';
  readonly blocksLive: boolean;
  readonly detail: string;
}

/** How old a key is, and whether LIVE may go on with it [REQ-SEC2]. */
export function secretAgeVerdict(changedAtMs: number | null, nowMs: number): SecretAgeVerdict {
  if (changedAtMs === null || changedAtMs > nowMs + DAY_MS) {
    return { status: 'unknown', blocksLive: true, detail: 'its age cannot be told' };
  }
  const days = Math.max(0, Math.floor((nowMs - changedAtMs) / DAY_MS));
  const detail = `${days} days old, ${BLOCK_AFTER_DAYS} allowed`;
  if (days >= BLOCK_AFTER_DAYS) return { status: 'expired', blocksLive: true, detail };
  return { status: days >= WARN_AFTER_DAYS ? 'ageing' : 'fresh', blocksLive: false, detail };
}

/** Why the keys do not permit LIVE; null: they do. Nothing on file, or nothing recent, is a refusal. */
export function keyAgeRefusal(ages: KeyAges | undefined, nowMs: number): string | null {
  if (ages === undefined) return 'secrets: nobody has looked at the age of the keys yet: run trader hygiene';
  if (nowMs - ages.checked_at_ms > BELIEVED_MS) {
    return 'secrets: the daily look at the age of the keys has not run for three days: run trader hygiene';
  }
  const blocking = KEY_PURPOSES.flatMap((purpose) => {
    const { blocksLive, detail } = secretAgeVerdict(ages.changed_at_ms[purpose], nowMs);
    return blocksLive ? [`the ${purpose} key: ${detail}`] : [];
  });
  return blocking.length === 0 ? null : `secrets: ${blocking.join('; ')}: run trader secrets rotate`;
}
