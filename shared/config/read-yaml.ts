import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from 'yaml';
import type { ConfigNode, ConfigPath, Scalar } from './config-node.ts';
import { type ConfigFault, type Finding, faultAt } from './fault.ts';
import { MAX_DEPTH, yamlProblem } from './yaml-problems.ts';

const MAX_CHARACTERS = 64 * 1024;
const MAX_SYNTAX_FAULTS = 5;
const KEY = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

export interface YamlReading {
  /** undefined when the text could not be read at all. */
  readonly node: ConfigNode | undefined;
  readonly faults: readonly ConfigFault[];
}

/**
 * Reads one config file into nodes that know their lines. Stricter than YAML: no aliases (they grow without bound), no
 * tags, no repeated keys, one mapping per file. `root` is the path under which faults are reported.
 */
export function readYaml(file: string, text: string, root: ConfigPath): YamlReading {
  const refuse = (problem: string, remedy: string): YamlReading => ({
    node: undefined,
    faults: [faultAt({ file, line: 1 }, { path: root, problem, remedy })],
  });
  if (text.length > MAX_CHARACTERS) return refuse('is too large', `keep it under ${MAX_CHARACTERS} characters`);

  const lines = new LineCounter();
  const document = parseDocument(text, { ...PARSE_OPTIONS, lineCounter: lines });
  const broken = [...document.errors, ...document.warnings].map(({ code, pos }) =>
    faultAt({ file, line: lines.linePos(pos[0]).line }, { path: root, ...yamlProblem(code) }),
  );
  if (broken.length > 0) return { node: undefined, faults: firstOfEachLine(broken) };
  if (!isMap(document.contents)) {
    return refuse('does not hold a mapping of keys to values', 'write "key: value" lines, or {} when there is none');
  }

  const faults: ConfigFault[] = [];
  const node = nodeOf({ file, lines, faults }, document.contents, root, 1, 0);
  return { node, faults };
}

const PARSE_OPTIONS = {
  // Repeated keys are reported by the walk below, with their path.
  uniqueKeys: false,
  // Excerpts of the text could show a secret.
  prettyErrors: false,
  // 'silent' would also hide that a file holds several documents.
  logLevel: 'error',
  schema: 'core',
} as const;

/** One slip makes the parser stumble on: the first complaint of a line tells, and a few lines are enough. */
function firstOfEachLine(faults: readonly ConfigFault[]): readonly ConfigFault[] {
  const firsts = faults.filter((fault, i) => faults.findIndex(({ line }) => line === fault.line) === i);
  return firsts.slice(0, MAX_SYNTAX_FAULTS);
}

/** One walk over a parsed file; it collects every fault instead of stopping at the first. */
interface Walk {
  readonly file: string;
  readonly lines: LineCounter;
  readonly faults: ConfigFault[];
}

function nodeOf(walk: Walk, value: unknown, path: ConfigPath, line: number, depth: number): ConfigNode {
  const at = { file: walk.file, line };
  const refusal = refusalOf(value, depth);
  if (refusal !== undefined) {
    walk.faults.push(faultAt(at, { path, ...refusal }));
    return { kind: 'scalar', at, value: null };
  }
  if (isMap(value)) return { kind: 'map', at, entries: entriesOf(walk, value.items, path, depth) };
  if (!isSeq(value)) return { kind: 'scalar', at, value: isScalar(value) ? (value.value as Scalar) : null };
  const items = value.items.map((item, i) => {
    return nodeOf(walk, item, [...path, String(i)], lineOf(walk, item) ?? line, depth + 1);
  });
  return { kind: 'list', at, items };
}

function entriesOf(
  walk: Walk,
  pairs: readonly Pair[],
  path: ConfigPath,
  depth: number,
): ReadonlyMap<string, ConfigNode> {
  const entries = new Map<string, ConfigNode>();
  for (const { key, value } of pairs) {
    const line = lineOf(walk, key) ?? 1;
    const name = isScalar(key) && typeof key.value === 'string' ? key.value : '';
    const fault = (finding: Finding) => walk.faults.push(faultAt({ file: walk.file, line }, finding));
    if (!KEY.test(name)) {
      // The text is not repeated: what stands there by mistake may be a secret.
      const remedy = 'start keys with a letter, then letters, digits, _ and -, at most 64';
      fault({ path, problem: 'holds something that is not a key', remedy });
    } else if (entries.has(name)) {
      fault({ path: [...path, name], problem: 'is written twice', remedy: 'keep one of the two lines' });
    } else {
      entries.set(name, nodeOf(walk, value, [...path, name], line, depth + 1));
    }
  }
  return entries;
}

function refusalOf(value: unknown, depth: number): Omit<Finding, 'path'> | undefined {
  if (depth > MAX_DEPTH) return { problem: 'is nested too deeply', remedy: `nest at most ${MAX_DEPTH} levels` };
  if (isAlias(value)) return { problem: 'is an alias', remedy: 'write the value out instead of *name' };
  const isTagged = (isScalar(value) || isMap(value) || isSeq(value)) && value.tag !== undefined;
  return isTagged ? { problem: 'carries a tag', remedy: 'remove the tag (the word that starts with "!")' } : undefined;
}

function lineOf({ lines }: Walk, node: unknown): number | undefined {
  const offset = (node as Node | null)?.range?.[0];
  return offset === undefined ? undefined : lines.linePos(offset).line;
}
