/** Where a value stands. `line` is null for values that come from no file. */
export interface Origin {
  readonly file: string;
  readonly line: number | null;
}

export type Scalar = string | number | boolean | null;

export type Plain = Scalar | readonly Plain[] | { readonly [key: string]: Plain };

/** A config value that remembers where it was written: what lets a merged value name its own file and line. */
export type ConfigNode =
  | { readonly kind: 'map'; readonly at: Origin; readonly entries: ReadonlyMap<string, ConfigNode> }
  | { readonly kind: 'list'; readonly at: Origin; readonly items: readonly ConfigNode[] }
  | { readonly kind: 'scalar'; readonly at: Origin; readonly value: Scalar };

export type ConfigPath = readonly string[];

/** Maps merge key by key; everything else, lists included, is replaced whole. */
export function mergeNodes(base: ConfigNode, overlay: ConfigNode): ConfigNode {
  if (base.kind !== 'map' || overlay.kind !== 'map') return overlay;
  const entries = new Map(base.entries);
  for (const [key, node] of overlay.entries) {
    const below = entries.get(key);
    entries.set(key, below === undefined ? node : mergeNodes(below, node));
  }
  return { kind: 'map', at: base.at, entries };
}

export function toPlain(node: ConfigNode): Plain {
  switch (node.kind) {
    case 'map':
      return Object.fromEntries([...node.entries].map(([key, child]) => [key, toPlain(child)]));
    case 'list':
      return node.items.map(toPlain);
    case 'scalar':
      return node.value;
    default:
      return node satisfies never;
  }
}

export function fromPlain(value: Plain, at: Origin): ConfigNode {
  if (value === null || typeof value !== 'object') return { kind: 'scalar', at, value };
  if (Array.isArray(value)) return { kind: 'list', at, items: value.map((item: Plain) => fromPlain(item, at)) };
  const entries = Object.entries(value).map(([key, child]) => [key, fromPlain(child, at)] as const);
  return { kind: 'map', at, entries: new Map(entries) };
}

/** The node at a path, or the deepest one on the way that exists. */
export function nodeAt(root: ConfigNode, path: ConfigPath): { readonly node: ConfigNode; readonly isExact: boolean } {
  let node = root;
  for (const key of path) {
    const child = childOf(node, key);
    if (child === undefined) return { node, isExact: false };
    node = child;
  }
  return { node, isExact: true };
}

export interface Leaf {
  readonly path: ConfigPath;
  readonly value: Plain;
  readonly origin: Origin;
}

/** Every scalar and every list, with its origin. A list is one leaf because it is replaced as one. */
export function leavesOf(node: ConfigNode, path: ConfigPath = []): readonly Leaf[] {
  if (node.kind !== 'map') return [{ path, value: toPlain(node), origin: node.at }];
  if (node.entries.size === 0) return path.length === 0 ? [] : [{ path, value: {}, origin: node.at }];
  return [...node.entries].flatMap(([key, child]) => leavesOf(child, [...path, key]));
}

function childOf(node: ConfigNode, key: string): ConfigNode | undefined {
  if (node.kind === 'map') return node.entries.get(key);
  return node.kind === 'list' ? node.items[Number(key)] : undefined;
}
