import { readFileSync, writeFileSync } from 'node:fs';
import { synthesized } from '../testing/synthesized.ts';
import { ARCHITECTURE_DOC, mermaidOf, withDiagram } from './mermaid.ts';
import { stackGraph } from './stack-graph.ts';

/** `npm run architecture:docs`: the diagram from the template. */
const diagram = mermaidOf(stackGraph(synthesized({ hasChat: false })));
writeFileSync(ARCHITECTURE_DOC, withDiagram(readFileSync(ARCHITECTURE_DOC, 'utf8'), diagram));
console.log(`written: ${ARCHITECTURE_DOC}`);
