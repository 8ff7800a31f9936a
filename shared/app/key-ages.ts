import { KEY_PURPOSES, type KeyAges, keyAgeRefusal, keyAgesSchema, secretAgeVerdict } from '../core/secrets/key-age.ts';
import type { Clock } from '../ports/clock.ts';
import type { KeyVault } from '../ports/key-vault.ts';
import type { LiveAuthority } from '../ports/live-authority.ts';
import type { Notifier } from '../ports/notifier.ts';
import type { KeyPurpose } from '../ports/secrets.ts';
import type { FactStore } from '../ports/stores.ts';
import { alert, resolve } from './alerts.ts';

export const KEY_AGES_FACT = 'key_ages';
const MAX_ROTATIONS = 50;
const MAX_TRIES = 5;

export interface KeyAgePorts {
  readonly vault: Pick<KeyVault, 'changedAtMs'>;
  readonly facts: FactStore;
  readonly notifier: Notifier;
  readonly clock: Clock;
}

/** The daily look at the age of the keys [REQ-SEC2]: recorded, where LIVE reads it, and told when it comes to an end. */
export async function checkKeyAges(ports: KeyAgePorts): Promise<KeyAges> {
  const [view, trade] = await Promise.all(KEY_PURPOSES.map((purpose) => ports.vault.changedAtMs(purpose)));
  const nowMs = ports.clock.nowMs();
  const changed_at_ms = { view: view ?? null, trade: trade ?? null };
  const ages = await changeKeyAges(ports.facts, (known) => ({ ...known, checked_at_ms: nowMs, changed_at_ms }));
  for (const purpose of KEY_PURPOSES) {
    const { status, detail, blocksLive } = secretAgeVerdict(ages.changed_at_ms[purpose], nowMs);
    if (status === 'fresh') await resolve(ports, 'SECRET_AGE', purpose, detail);
    else await alert(ports, 'SECRET_AGE', purpose, detail, blocksLive ? 'CRITICAL' : 'WARNING');
  }
  return ages;
}

/** The event of a rotation, without the value. The new key is as young as the event. */
export function noteRotation(
  facts: FactStore,
  rotation: { readonly at_ms: number; readonly purpose: KeyPurpose; readonly version_id: string },
): Promise<KeyAges> {
  return changeKeyAges(facts, (known) => ({
    ...known,
    changed_at_ms: { ...known.changed_at_ms, [rotation.purpose]: rotation.at_ms },
    rotations: [...known.rotations, rotation].slice(-MAX_ROTATIONS),
  }));
}

export async function loadKeyAges(facts: Pick<FactStore, 'load'>): Promise<KeyAges | undefined> {
  const stored = await facts.load(KEY_AGES_FACT);
  return stored === undefined ? undefined : keyAgesSchema.parse(stored.value);
}

/** LIVE as granted by `inner`, and only with keys that are young enough. What cannot be read is a refusal. */
export function agedKeysRefused<Authority extends LiveAuthority>(
  inner: Authority,
  { facts, clock }: Pick<KeyAgePorts, 'facts' | 'clock'>,
): Authority {
  return {
    ...inner,
    async refusal() {
      const refusal = await inner.refusal();
      if (refusal !== null) return refusal;
      try {
        return keyAgeRefusal(await loadKeyAges(facts), clock.nowMs());
      } catch (error) {
        return `secrets: the age of the keys cannot be read (${error instanceof Error ? error.name : 'unknown error'})`;
      }
    },
  };
}

const UNKNOWN: KeyAges = { checked_at_ms: 0, changed_at_ms: { view: null, trade: null }, rotations: [] };

async function changeKeyAges(facts: FactStore, change: (known: KeyAges) => KeyAges): Promise<KeyAges> {
  for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
    const stored = await facts.load(KEY_AGES_FACT);
    const next = change(stored === undefined ? UNKNOWN : keyAgesSchema.parse(stored.value));
    if ((await facts.save(KEY_AGES_FACT, next, stored?.version ?? 0)) === 'saved') return next;
  }
  throw new Error(`${KEY_AGES_FACT} changed under ${MAX_TRIES} attempts to write it`);
}
