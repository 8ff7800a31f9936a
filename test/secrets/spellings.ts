/** The spellings under which a secret may lie in a file, made here without a word of the redactor's. */
export function spellingsOf(secret: string): readonly (readonly [name: string, text: string])[] {
  const lines = linesOf(secret);
  return [
    ...lines.map((line) => ['raw', line] as const),
    ...[0, 1, 2].map((before) => ['base64', inBase64(secret, before)] as const),
    ...lines.map((line) => ['URL-encoded', encodeURIComponent(line)] as const),
    ['JSON-escaped', JSON.stringify(secret).slice(1, -1).replaceAll('/', '\\/')],
    ...lines.map((line) => ['split', (line.match(/.{1,11}/g) ?? []).join('\n')] as const),
  ];
}

/** So many letters of a secret in a row are a leak. */
const TELLING = 20;

/**
 * Looks for a secret in any spelling: everything that is not a letter or a digit is taken out of both, so that gaps,
 * escapes and line breaks do not matter; percent codes are decoded first, base64 is searched in its three alignments.
 */
export function leaksIn(text: string, secrets: readonly string[]): readonly string[] {
  const readings = [text, text.replace(/\\+[nrt]/g, ' '), percentDecoded(text)].map(bare);
  return secrets.flatMap((secret) => {
    // The frame of a PEM is no secret.
    const forms = linesOf(secret).flatMap((line) =>
      [line, ...[0, 1, 2].map((before) => inBase64(line, before))].map(bare),
    );
    const found = forms.some((form) =>
      windows(form).some((part) => readings.some((reading) => reading.includes(part))),
    );
    return found ? [`${secret.slice(0, 4)}...`] : [];
  });
}

/** Stretches that do not overlap by more than half: any run of twice the length holds one of them whole. */
function windows(form: string): readonly string[] {
  const count = Math.max(1, Math.floor((form.length - TELLING) / (TELLING / 2)) + 1);
  return Array.from({ length: count }, (_, i) => form.slice((i * TELLING) / 2, (i * TELLING) / 2 + TELLING));
}

function linesOf(secret: string): readonly string[] {
  return secret.split('\n').filter((line) => line.length >= 16 && !line.startsWith('-----'));
}

function inBase64(secret: string, before: number): string {
  const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]);
  return bytes.toString('base64').slice(Math.ceil((before * 8) / 6), Math.floor((bytes.length * 8) / 6));
}

function bare(text: string): string {
  return text.replace(/[^A-Za-z0-9]/g, '');
}

function percentDecoded(text: string): string {
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_whole, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
