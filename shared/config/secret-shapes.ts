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

/** What kind of secret a text shows by its shape alone; null when none. */
export function secretShape(text: string): string | null {
  const shape = SHAPES.find(({ pattern }) => pattern.test(text));
  if (shape !== undefined) return shape.what;
  return looksRandom(text) ? 'key material (a long random-looking text)' : null;
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
  const compact = text.replace(/\s+/g, '');
  if (/^(?:0x)?[0-9a-f]{32,}$/i.test(compact)) return bitsPerCharacter(compact) >= 3;
  const hasAllKinds = /[a-z]/.test(compact) && /[A-Z]/.test(compact) && /[0-9]/.test(compact);
  return /^[A-Za-z0-9+/_=-]{40,}$/.test(compact) && hasAllKinds && bitsPerCharacter(compact) >= 4;
}

/** Shannon entropy of the text's own letter frequencies. */
function bitsPerCharacter(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}
