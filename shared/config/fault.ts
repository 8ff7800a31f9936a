import { type ConfigNode, type ConfigPath, nodeAt, type Origin, type Plain, toPlain } from './config-node.ts';
import { isSecretName, REDACTED, redacted, secretShape } from './secret-shapes.ts';

/** One thing that is wrong with a config, said so that a person can put it right without reading code. */
export interface ConfigFault {
  /** Relative to the config folder. */
  readonly file: string;
  readonly line: number | null;
  /** "policy.risk.max_position_size_pct"; empty when the whole file is meant. */
  readonly path: string;
  /** As written, cut short; never a secret. null when there is none. */
  readonly value: string | null;
  readonly problem: string;
  /** What is allowed, or what to do. */
  readonly remedy: string;
}

/** A fault before it is located: what schemas and checks find in the merged config. */
export interface Finding {
  readonly path: ConfigPath;
  readonly problem: string;
  readonly remedy: string;
}

const MAX_SHOWN = 60;

/** Finds where a finding's value was written. A missing value is reported where its parent stands. */
export function locate(root: ConfigNode, finding: Finding): ConfigFault {
  const { node, isExact } = nodeAt(root, finding.path);
  return faultAt(node.at, finding, isExact ? toPlain(node) : undefined);
}

export function faultAt(at: Origin, { path, problem, remedy }: Finding, value?: Plain): ConfigFault {
  const text = value === undefined ? null : shown(path, value);
  return {
    file: at.file,
    line: at.line,
    path: path.map(redacted).join('.'),
    value: text,
    problem: redacted(text === REDACTED ? without(problem, String(value)) : problem),
    remedy: redacted(remedy),
  };
}

/** The value as a person may see it. Redacted by its own shape and by the name it stands under. */
export function shown(path: ConfigPath, value: Plain): string {
  if (value !== null && typeof value === 'object') {
    return Array.isArray(value) ? `a list of ${value.length}` : `a mapping of ${Object.keys(value).length}`;
  }
  const text = String(value);
  if (path.some(isSecretName) || secretShape(text) !== null) return REDACTED;
  const quoted = typeof value === 'string' ? JSON.stringify(value) : text;
  return quoted.length > MAX_SHOWN ? `${quoted.slice(0, MAX_SHOWN)}...` : quoted;
}

/** Faults as text for people, in reading order: file by file, line by line. */
export function formatFaults(faults: readonly ConfigFault[]): string {
  if (faults.length === 0) return 'no faults';
  const files = new Set(faults.map(({ file }) => file)).size;
  const lines = [...faults].sort(inReadingOrder).map(formatFault);
  return [...lines, `${count(faults.length, 'fault')} in ${count(files, 'file')}`].join('\n');
}

function formatFault({ file, line, path, value, problem, remedy }: ConfigFault): string {
  const place = line === null ? file : `${file}:${line}`;
  const subject = [path, value].filter((part) => part !== null && part !== '').join(' = ');
  return `${place}  ${subject}${subject === '' ? '' : ': '}${problem}\n    -> ${remedy}`;
}

function inReadingOrder(a: ConfigFault, b: ConfigFault): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return (a.line ?? 0) - (b.line ?? 0);
}

/** A problem may quote the value, plainly or as JSON. */
function without(problem: string, secret: string): string {
  return [secret, JSON.stringify(secret).slice(1, -1)].reduce(
    (text, form) => (form === '' ? text : text.replaceAll(form, REDACTED)),
    problem,
  );
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}
