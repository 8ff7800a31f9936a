import { type ConfigNode, type ConfigPath, fromPlain, mergeNodes, type Plain } from './config-node.ts';
import { type ConfigFault, faultAt } from './fault.ts';
import { secretsInText, secretsInValues } from './find-secrets.ts';
import { nearest } from './nearest.ts';
import { readYaml } from './read-yaml.ts';
import { overlayFile, SECTIONS, type Stage, sectionFile } from './stages.ts';

export interface Sources {
  /** The four sections, the stage's overlay and the overrides, merged in this order. */
  readonly root: ConfigNode;
  /** Sections whose own file could not be read: nothing can be said about missing values there. */
  readonly unread: ReadonlySet<string>;
  readonly faults: readonly ConfigFault[];
}

/** Reads the files of a stage. Every fault of every file is kept; what could be read is merged. */
export function readSources(texts: Readonly<Record<string, string>>, stage: Stage, overrides: Plain): Sources {
  const files = SECTIONS.map((section) => ({ section, ...readSource(texts, sectionFile(section), [section]) }));
  const overlay = readSource(texts, overlayFile(stage), []);

  const entries = new Map<string, ConfigNode>();
  for (const { section, node } of files) if (node !== undefined) entries.set(section, node);
  const base: ConfigNode = { kind: 'map', at: { file: overlayFile(stage), line: null }, entries };
  const layers = [overlay.node, fromPlain(overrides, { file: '(override)', line: null })]
    .filter((node) => node !== undefined)
    .map(knownSections);
  return {
    root: layers.map(({ node }) => node).reduce(mergeNodes, base),
    unread: new Set(files.filter(({ node }) => node === undefined).map(({ section }) => section)),
    faults: [...files, overlay, ...layers].flatMap(({ faults }) => faults),
  };
}

interface Source {
  readonly node: ConfigNode | undefined;
  readonly faults: readonly ConfigFault[];
}

function readSource(texts: Readonly<Record<string, string>>, file: string, root: ConfigPath): Source {
  const text = Object.hasOwn(texts, file) ? texts[file] : undefined;
  if (text === undefined) {
    const finding = {
      path: root,
      problem: 'the file is missing or cannot be read',
      remedy: 'restore it, or point to another config folder',
    };
    return { node: undefined, faults: [faultAt({ file, line: null }, finding)] };
  }
  const { node, faults } = readYaml(file, text, root);
  const named = node === undefined ? [] : secretsInValues(node, root);
  const namedLines = new Set(named.map(({ line }) => line));
  const shaped = secretsInText(file, text).filter(({ line }) => !namedLines.has(line));
  return { node, faults: [...faults, ...named, ...shaped] };
}

/** An overlay may speak about the four sections only. What else it holds is reported and left out. */
function knownSections(overlay: ConfigNode): { readonly node: ConfigNode; readonly faults: readonly ConfigFault[] } {
  if (overlay.kind !== 'map') return { node: overlay, faults: [] };
  const isSection = (key: string) => (SECTIONS as readonly string[]).includes(key);
  const unknown = [...overlay.entries].filter(([key]) => !isSection(key));
  const faults = unknown.map(([key, { at }]) => {
    const guess = nearest(key, SECTIONS);
    const remedy = guess === undefined ? `use ${SECTIONS.join(', ')}` : `did you mean "${guess}"?`;
    return faultAt(at, { path: [key], problem: 'is not a section', remedy });
  });
  const entries = new Map([...overlay.entries].filter(([key]) => isSection(key)));
  return { node: { ...overlay, entries }, faults };
}
