import { keySecretNames, secretsManagerVault } from '../../shared/adapters/secrets-manager/key-vault.ts';
import { secretsManagerSecrets } from '../../shared/adapters/secrets-manager/secrets.ts';
import { keyProblem } from '../../shared/app/key-problem.ts';
import type { LoadedConfig } from '../../shared/config/parse-config.ts';
import { KEY_PURPOSES, secretAgeVerdict } from '../../shared/core/secrets/key-age.ts';
import type { Answer } from '../../shared/ports/answer.ts';
import type { KeyPermissions } from '../../shared/ports/exchange.ts';
import type { ApiKey, KeyPurpose } from '../../shared/ports/secrets.ts';
import type { DoctorClients } from './clients.ts';
import { type Check, type Finding, notChecked, ok, problem } from './finding.ts';

export interface KeyParts {
  readonly clients: Pick<DoctorClients, 'secrets'>;
  readonly config: LoadedConfig;
  readonly nowMs: number;
  /** Asks the exchange what a key may do; null: the exchange is not asked. */
  readonly permissionsOf: ((key: ApiKey) => Promise<Answer<KeyPermissions>>) | null;
}

/** Both keys: put there by a person, of the right rights, not too old. */
export function keyChecks(parts: KeyParts): readonly Check[] {
  return KEY_PURPOSES.map((purpose) => ({ name: `${purpose} key`, run: () => keyCheck(parts, purpose) }));
}

async function keyCheck(parts: KeyParts, purpose: KeyPurpose): Promise<readonly Finding[]> {
  const { clients, config, nowMs, permissionsOf } = parts;
  const check = `${purpose} key`;
  const names = keySecretNames(config.stage);
  const mend = `trader secrets rotate --stage ${config.stage} --key ${purpose} --from -`;
  const changedAtMs = await secretsManagerVault(clients.secrets, names).changedAtMs(purpose);
  const key = await keyOf(clients, names, purpose);
  if (key === null) return [placeholder(check, config.app.mode, mend)];
  const age = secretAgeVerdict(changedAtMs, nowMs);
  const aged = age.status === 'fresh' ? ok(check, age.detail) : problem(check, age.detail, mend);
  if (permissionsOf === null) {
    return [aged, notChecked(`${check} rights`, 'the exchange was not asked', 'leave out --offline')];
  }
  const wrong = keyProblem(await permissionsOf(key), purpose);
  return [aged, wrong === null ? ok(`${check} rights`, 'as they should be') : problem(`${check} rights`, wrong, mend)];
}

/** null: not a key file. The stack puts a random text there, which no exchange takes. */
async function keyOf(
  { secrets }: Pick<DoctorClients, 'secrets'>,
  names: ReturnType<typeof keySecretNames>,
  purpose: KeyPurpose,
): Promise<ApiKey | null> {
  try {
    return await secretsManagerSecrets(secrets, names).apiKey(purpose);
  } catch (error) {
    // The SDK's own errors go on; ours says that the text is no key.
    if (error instanceof Error && '$metadata' in error) throw error;
    return null;
  }
}

/** Only LIVE ever uses a key: PAPER and DRY_RUN live on public prices. */
function placeholder(check: string, mode: string, mend: string): Finding {
  const detail = 'no key was put there yet';
  return mode === 'LIVE' ? problem(check, detail, mend) : ok(check, `${detail}; ${mode} needs none`);
}
