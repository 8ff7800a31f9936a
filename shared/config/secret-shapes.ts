export const REDACTED = '[redacted]';

/** Shapes that are a secret wherever they stand. */
const SHAPES = [
  { what: 'a Coinbase API key name', pattern: /organizations\/[^\s/"']+\/apiKeys\/[^\s/"']+/i },
  { what: 'a PEM block', pattern: /-----\s*BEGIN [A-Z0-9 ]+-----/ },
  { what: 'an AWS access key id', pattern: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/ },
  { what: 'a signed token', pattern: /\beyJ[\w-]{10,}\.[\w-]{10,}\./ },
  { what: 'an address with a password in it', pattern: /:\/\/[^\s/:@]*:[^\s/@]+@/ },
] as const;

const SECRET_WORDS: ReadonlySet<string> = new Set([
  'secret',
  'secrets',
  'password',
  'passwd',
  'pwd',
  'passphrase',
  'credential',
  'credentials',
  'token',
  'apikey',
  'pem',
  'bearer',
  'mnemonic',
]);

/** Letters of keys and digests; long runs of them are looked at one by one. */
const RUN = /[A-Za-z0-9+/_=-]{32,}/g;

/** What kind of secret a text holds, judged by shape alone; null when none. */
export function secretShape(text: string): string | null {
  const shape = SHAPES.find(({ pattern }) => pattern.test(text));
  if (shape !== undefined) return shape.what;
  // Without its blanks too: key material is often wrapped over several lines.
  const runs = [...(text.match(RUN) ?? []), text.replace(/\s+/g, '')];
  return runs.some(looksRandom) ? 'key material (a long random-looking text)' : null;
}

/** The text with everything that has the shape of a secret taken out. */
export function redacted(text: string): string {
  const shapeless = SHAPES.reduce((rest, { pattern }) => rest.replace(new RegExp(pattern, 'gi'), REDACTED), text);
  return shapeless.replace(RUN, (run) => (looksRandom(run) ? REDACTED : run));
}

/** Whether a key's name says that its value is a secret: api_key, authToken, db-password ... */
export function isSecretName(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  return words.some((word) => SECRET_WORDS.has(word)) || /^keys?$/.test(words.at(-1) ?? '');
}

/** Whether a value under a secret name is the secret itself, not a reference to it or a flag. */
export function isSecretUnderSecretName(text: string): boolean {
  const isReference = /^\$\{[A-Z0-9_]+\}$/.test(text) || /^(?:|true|false|null)$/.test(text);
  return !isReference;
}

/** Long, of one alphabet and close to random: hex digests, base64 keys. Words and addresses are neither. */
function looksRandom(text: string): boolean {
  if (/^(?:0x)?[0-9a-f]{32,}$/i.test(text)) return bitsPerCharacter(text) >= 3;
  const hasAllKinds = /[a-z]/.test(text) && /[A-Z]/.test(text) && /[0-9]/.test(text);
  return /^[A-Za-z0-9+/_=-]{40,}$/.test(text) && hasAllKinds && bitsPerCharacter(text) >= 4;
}

/** Shannon entropy of the text's own letter frequencies. */
function bitsPerCharacter(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}
