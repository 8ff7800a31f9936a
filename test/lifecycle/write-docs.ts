import { writeFileSync } from 'node:fs';
import { LIFECYCLE_DOC, lifecyclePage } from './docs.ts';
import { walkLifecycle } from './walk.ts';

/** `npm run lifecycle:docs`: the page from the table. */
writeFileSync(LIFECYCLE_DOC, lifecyclePage(walkLifecycle()));
console.log(`written: ${LIFECYCLE_DOC}`);
