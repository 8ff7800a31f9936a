import { type ConfigNode, type ConfigPath, mergeNodes } from './config-node.ts';
import { type ConfigFault, faultAt } from './fault.ts';
import { secretsInText, secretsInValues } from './find-secrets.ts';
import { nearest } from './nearest.ts';
import { readYaml } from './read-yaml.ts';
import { overlayFile, SECTIONS, type Stage, sectionFile } from './stages.ts';

export interface Sources {
  /** The four sections with the stage's overlay merged over them. */
  readonly root: ConfigNode;
  /** Sections whose own file could not be read: nothing can be said about missing values there. */
  readonly unread: ReadonlySet<string>;
  readonly faults: readonly ConfigFault[];
}

/** Reads the files of a stage. Every fault of every file is kept; what could be read is merged. */
export function readSources(texts: Readonly<Record<string, string>>, stage: Stage): Sources {
  const files = SECTIONS.map((section) => ({ section, ...readSource(texts, sectionFile(section), [section]) }));
  const overlay = readSource(texts, overlayFile(stage), []);

  const entries = new Map<string, ConfigNode>();
  for (const { section, node } of files) if (node !== undefined) entries.set(section, node);
  const base: ConfigNode = { kind: 'map', at: { file: overlayFile(stage), line: null }, entries };
  const known = overlay.node === undefined ? undefined : knownSections(overlay.node);
  const broken = files.filter(({ node }) => node === undefined).map(({ section }) => section);
  return {
    root: known === undefined ? base : mergeNodes(base, known.node),
    unread: new Set(broken),
    faults: [...files.flatMap(({ faults }) => faults), ...overlay.faults, ...(known?.faults ?? [])],
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

/** An overlay may speak about the four sections only. */
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
