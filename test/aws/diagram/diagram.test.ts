import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { resourcesOf, synthesized } from '../testing/synthesized.ts';
import { ARCHITECTURE_DOC, mermaidOf, withDiagram } from './mermaid.ts';
import { type StackGraph, stackGraph } from './stack-graph.ts';

describe('the diagram of the architecture', () => {
  let graph: StackGraph;
  beforeAll(() => {
    graph = stackGraph(synthesized({ hasChat: false }));
  });
  const named = (name: string) => graph.nodes.find((node) => node.name === name)?.id;
  const reaches = (from: string, to: string) =>
    graph.edges.filter((edge) => edge.from === named(from) && edge.to === named(to)).map(({ label }) => label);

  it('stands in docs/architecture.md as the template has it', () => {
    const page = readFileSync(ARCHITECTURE_DOC, 'utf8');

    expect(page, 'run npm run architecture:docs').toBe(withDiagram(page, mermaidOf(graph)));
  });

  it('shows every function, and the way from tick to order', () => {
    const functions = resourcesOf(synthesized({ hasChat: false }), 'AWS::Lambda::Function');

    expect(graph.nodes.filter(({ kind }) => kind === 'function')).toHaveLength(functions.length);
    expect(reaches('decide', 'intents, FIFO')).toEqual(['sends']);
    expect(reaches('intents, FIFO', 'execute')).toEqual(['feeds']);
    expect(reaches('intents, FIFO', 'intents-dead, FIFO')).toEqual(['after 3 tries']);
  });

  it('[REQ-K1] shows the paths from the kill switch to halt', () => {
    expect(reaches('kill-switch', 'parameter changed')).toEqual(['changes']);
    expect(reaches('parameter changed', 'halt')).toEqual(['starts']);
    expect(reaches('watch', 'kill-switch')).toEqual(['reads']);
    expect(reaches('watch', 'halt')).toEqual([]);
  });

  it('[REQ-SEC1] shows that only execute and halt hold the key that trades', () => {
    const holders = graph.edges.filter(({ to, label }) => to === named('coinbase-trade') && label === 'key');

    expect(holders.map(({ from }) => graph.nodes.find(({ id }) => id === from)?.name).sort()).toEqual([
      'execute',
      'halt',
    ]);
  });

  it('is the same whatever the order in which a template lists its parts', () => {
    const turned = { nodes: [...graph.nodes].reverse(), edges: [...graph.edges].reverse() };

    expect(mermaidOf(turned)).toBe(mermaidOf(graph));
  });

  it('refuses a page without its markers', () => {
    expect(() => withDiagram('# Architecture', '')).toThrow('has lost its markers');
  });
});
