const REPLACED = '[redacted]';
/** Shorter ones would be found in innocent text. */
const SHORTEST = 8;
/** So many characters of a secret are as bad as all of it: a text may have been cut off anywhere behind them. */
const TELLING = 16;
/** A process holds two keys and a webhook's address; the rest is room for their successors. */
const MOST = 24;

/**
 * What may stand between two characters of a secret that was broken up: blanks, quotes, signs of joining, and line breaks
 * as JSON and URLs spell them. Bounded, so that no text can make the search slow, and as short as possible: of a secret
 * with `++` in it a longest gap would take the first plus, and the rest of the secret would not be found.
 */
const GAP = String.raw`(?:\\{1,4}[nrt]|%0[AD]|[\s"',+\\]){0,10}?`;

/** Of this process, whoever loaded them: what writes a log need not have been handed the key to keep it out. */
const known = new Map<string, Spellings>();

interface Spellings {
  /** Most texts hold no secret: one search tells. */
  readonly any: RegExp;
  /** Each of its own, since the first of several that fits need not be the longest. */
  readonly each: readonly RegExp[];
}

/** Remembers a secret, so that no text that passes a redactor shows it in any of its usual spellings [REQ-SEC1]. */
export function keepSecret(secret: string): void {
  if (known.has(secret)) return;
  const patterns = partsOf(secret).flatMap((part) => [part, ...inBase64(part)].map(broken));
  if (patterns.length === 0) return;
  known.set(secret, { any: new RegExp(patterns.join('|')), each: patterns.map((pattern) => new RegExp(pattern, 'g')) });
  const [oldest] = known.keys();
  if (known.size > MOST && oldest !== undefined) known.delete(oldest);
}

/** The text without any known secret: as it is, in base64, URL-encoded, escaped for JSON, and split up. */
export function withoutKnownSecrets(text: string): string {
  const held = [...known.values()].filter(({ any }) => any.test(text));
  const found = held.flatMap(({ each }) => each.flatMap((pattern) => [...text.matchAll(pattern)]));
  return replaced(text, found.map(({ index, 0: { length } }) => ({ from: index, to: index + length })).sort(byStart));
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * All of them at once, in the text as it was: keys begin alike, so that one is found in the other's beginning, and what is
 * replaced first would hide where the rest of the other stands.
 */
function replaced(text: string, ranges: readonly Range[]): string {
  const safe: string[] = [];
  let done = 0;
  for (const { from, to } of ranges) {
    if (from >= done) safe.push(text.slice(done, from), REPLACED);
    done = Math.max(done, to);
  }
  return safe.join('') + text.slice(done);
}

function byStart(a: Range, b: Range): number {
  return a.from - b.from;
}

/** The lines of a PEM, each a secret of its own, since line breaks get changed; other secrets as a whole. */
function partsOf(secret: string): readonly string[] {
  const lines = secret.replaceAll('\\r', '').replaceAll('\\n', '\n').split('\n');
  const parts = lines.map((line) => line.trim()).filter((line) => !line.startsWith('-----'));
  return parts.filter((part) => part.length >= (parts.length > 1 ? TELLING : SHORTEST));
}

/** As it looks inside of a longer text in base64: by what stands before it there are three ways. */
function inBase64(part: string): readonly string[] {
  return [0, 1, 2].map((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(part)]);
    // Characters at either end that share bits with the neighbours are left out.
    return bytes.toString('base64').slice(Math.ceil((before * 8) / 6), Math.floor((bytes.length * 8) / 6));
  });
}

/** A pattern for it and for its telling beginning, with gaps. */
function broken(spelling: string): string {
  const characters = [...spelling].map(anySpelling);
  const head = characters.slice(0, TELLING).join(GAP);
  const tail = characters.slice(TELLING).reduceRight((rest, character) => `(?:${GAP}${character}${rest})?`, '');
  return head + tail;
}

/** A character as it is and as URLs, base64url and cautious JSON spell it. */
function anySpelling(character: string): string {
  if (/[A-Za-z0-9]/.test(character)) return character;
  const code = character.charCodeAt(0).toString(16).padStart(2, '0');
  const inUrl = `%(?:25)?(?:${code}|${code.toUpperCase()})`;
  const inJson = String.raw`\\u00${code}`;
  const urlSafe = { '+': '|-', '/': '|_' }[character] ?? '';
  return `(?:\\${character}${urlSafe}|${inUrl}|${inJson})`;
}
