import path from 'node:path';
import type { StackEdge, StackGraph, StackNode } from './stack-graph.ts';

export const ARCHITECTURE_DOC = path.join(import.meta.dirname, '..', '..', '..', 'docs', 'architecture.md');

const BEGIN = '<!-- written by npm run architecture:docs from the synthesized template of a stage that trades -->';
const END = '<!-- end of what is written -->';

const SHAPES: Readonly<Record<StackNode['kind'], readonly [open: string, close: string]>> = {
  function: ['[', ']'],
  queue: ['[[', ']]'],
  table: ['[(', ')]'],
  bucket: ['[(', ')]'],
  topic: ['[/', '/]'],
  secret: ['{{', '}}'],
  switch: ['([', '])'],
  schedule: ['([', '])'],
  rule: ['>', ']'],
};

/** The same bytes for the same template, whatever the order in which it lists its parts. */
export function mermaidOf({ nodes, edges }: StackGraph): string {
  const sorted = [...nodes].sort((a, b) => compare(a.kind, b.kind) || compare(a.name, b.name) || compare(a.id, b.id));
  const ids = new Map(sorted.map(({ id, kind }, index) => [id, `${kind}${index}`]));
  const lines = sorted.map(({ id, kind, name }) => {
    const [open, close] = SHAPES[kind];
    return `  ${ids.get(id)}${open}"${name}"${close}`;
  });
  return ['```mermaid', 'flowchart LR', ...lines, ...arrowsOf(edges, ids), '```'].join('\n');
}

/** One arrow between two parts, with everything that it means. */
function arrowsOf(edges: readonly StackEdge[], ids: ReadonlyMap<string, string>): readonly string[] {
  const labels = new Map<string, Set<string>>();
  for (const { from, to, label } of edges) {
    const ends = `${ids.get(from)} ${ids.get(to)}`;
    labels.set(ends, (labels.get(ends) ?? new Set()).add(label));
  }
  return [...labels]
    .map(([ends, words]) => {
      const [from = '', to = ''] = ends.split(' ');
      return `  ${from} -- ${[...words].sort().join(', ')} --> ${to}`;
    })
    .sort(compare);
}

/** The page with the diagram put between its markers. Throws when the page has lost them. */
export function withDiagram(page: string, diagram: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`docs/architecture.md has lost its markers: ${BEGIN} ... ${END}`);
  return `${page.slice(0, begin)}${BEGIN}\n${diagram}\n${page.slice(end)}`;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
