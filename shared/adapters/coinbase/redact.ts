import type { ApiKey } from '../../ports/secrets.ts';
import { keepSecret, withoutKnownSecrets } from '../known-secrets.ts';

const MAX_TEXT = 300;

/**
 * Makes text from outside fit for logs, errors and records [I11]: no key, no token, one line, at most 300 characters.
 */
export function createRedactor(key: ApiKey | undefined): (text: string) => string {
  const secrets = key === undefined ? [] : secretParts(key.privateKey);
  // From here on every other redactor of this process knows them too.
  for (const secret of key === undefined ? [] : [key.privateKey, key.name]) keepSecret(secret);
  return (text) => {
    // Longer than any limit that matters, shorter than a hostile body.
    let clean = text.slice(0, 8_000);
    for (const secret of secrets) clean = clean.replaceAll(secret, '[key]');
    return capped(withoutTokens(withoutKnownSecrets(clean)));
  };
}

function withoutTokens(text: string): string {
  return text
    .replace(/-----BEGIN [A-Z ]+-----[\s\S]*?(-----END [A-Z ]+-----|$)/g, '[key]')
    .replace(/eyJ[\w-]+(\.[\w-]*){0,2}/g, '[token]')
    .replace(/Bearer\s+\S+/gi, 'Bearer [token]');
}

function capped(text: string): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  return line.length <= MAX_TEXT ? line : `${line.slice(0, MAX_TEXT - 3)}...`;
}

/** The whole secret and its lines: a PEM may be echoed with its line breaks changed. */
function secretParts(privateKey: string): readonly string[] {
  const lines = privateKey.replaceAll('\\n', '\n').split('\n');
  return [privateKey, ...lines]
    .map((part) => part.trim())
    .filter((part) => part.length >= 16 && !part.startsWith('-----'));
}
