import type { AlertNotice } from '../core/alerts/alert-book.ts';
import { withoutKnownSecrets } from './known-secrets.ts';

const REDACTED = '[redacted]';
const MAX_DEPTH = 12;

/** Keys whose text or structure is never shown. Numbers and booleans under them are (`secret_age_days`). */
const SECRET_KEY =
  /private[-_]?key|secret|passw|passphrase|credential|authori[sz]ation|bearer|cookie|jwt|\bpem\b|(api|access|signing)[-_]?(key|sign)|(api|access|auth|session|id|refresh)[-_]?token|^token$|^signature$/i;

/** Secrets recognised by their looks, wherever they stand in a text. */
const SECRET_SHAPES: readonly RegExp[] = [
  // PEM, also with escaped line breaks or cut off before its end.
  /-----BEGIN [A-Z ]+-----[\s\S]*?(?:-----END [A-Z ]+-----|$)/g,
  // JWT (header and payload are enough), also without a signature.
  /\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g,
  // The exchange's key names.
  /\borganizations(?:\/|%2F)[\w-]+(?:\/|%2F)apiKeys(?:\/|%2F)[\w-]+/gi,
  /\bBearer\s+[\w.~+/-]+=*/gi,
  // DER keys in base64 without their PEM lines: SEC1 and PKCS#8 of P-256, PKCS#8 of Ed25519.
  /\b(?:MHcCAQEE|MIGHAgEA|MIGTAgEA|MC4CAQAw)[A-Za-z0-9+/=\\\s]*/g,
  // Ed25519 in base64: 32-byte seed or 64-byte key.
  /(?<![A-Za-z0-9+/])(?:[A-Za-z0-9+/]{86}==|[A-Za-z0-9+/]{43}=)(?![A-Za-z0-9+/=])/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
];

/** JSON inside a text, however often it was escaped. */
const SECRET_IN_JSON_TEXT =
  /(\\*"[^"\\]*(?:private_?key|secret|passphrase|password|api_?key|token)[^"\\]*\\*"\s*:\s*\\*")[^"]+/gi;

/** A copy fit for logs, records and alerts: plain JSON data without secrets, by value, key name and shape [I11, REQ-SEC1]. */
export function redact(value: unknown): unknown {
  return redactAt(value, []);
}

export function redactText(text: string): string {
  const shapeless = SECRET_SHAPES.reduce((safe, shape) => safe.replace(shape, REDACTED), withoutKnownSecrets(text));
  return shapeless.replace(SECRET_IN_JSON_TEXT, `$1${REDACTED}`);
}

export function redactedNotice(notice: AlertNotice): AlertNotice {
  return {
    ...notice,
    fingerprint: redactText(notice.fingerprint),
    subject: redactText(notice.subject),
    title: redactText(notice.title),
    detail: redactText(notice.detail),
  };
}

function redactAt(value: unknown, above: readonly object[]): unknown {
  if (typeof value === 'string') return redactText(value);
  // Which unit a fixed-point value has is not known here: callers log decimal text.
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value !== 'object' || value === null) return value;
  if (above.includes(value)) return '[circular]';
  if (above.length >= MAX_DEPTH) return '[too deep]';
  return redactObject(value, [...above, value]);
}

function redactObject(value: object, above: readonly object[]): unknown {
  if (value instanceof Error) return redactError(value, above);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Map) return redactEntries([...value.entries()], above);
  if (value instanceof Set) return [...value].map((item) => redactAt(item, above));
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) return value.map((item) => redactAt(item, above));
  // A private JWK has no telling key names.
  if ('kty' in value && 'd' in value) return REDACTED;
  return redactEntries(Object.entries(value), above);
}

/** Name and message first (they are not enumerable), then whatever a library hung on the error. */
function redactError(error: Error, above: readonly object[]): unknown {
  const cause = error.cause === undefined ? [] : [['cause', error.cause] as const];
  const head = [['name', error.name], ['message', error.message], ['stack', error.stack], ...cause] as const;
  return redactEntries([...head, ...Object.entries(error)], above);
}

function redactEntries(entries: readonly (readonly [unknown, unknown])[], above: readonly object[]): unknown {
  return Object.fromEntries(
    entries.map(([key, value]) => {
      const name = String(key);
      const isHidden = SECRET_KEY.test(name) && (typeof value === 'string' || isStructure(value));
      return [redactText(name), isHidden ? REDACTED : redactAt(value, above)];
    }),
  );
}

function isStructure(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
