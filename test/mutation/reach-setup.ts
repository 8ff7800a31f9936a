import { appendFileSync } from 'node:fs';
import { afterAll, afterEach, beforeEach, type TestContext } from 'vitest';
import { type Passed, REACH_FILE, REACHED } from './reach.ts';

/** Notes which stretches of the probed files each test passes. */
const reached = new Set<string>();
let module = '';
let startedMs = 0;
(globalThis as unknown as Record<string, Set<string>>)[REACHED] = reached;
beforeEach(({ task }: TestContext) => {
  module = task.file.filepath;
  note(null);
  startedMs = performance.now();
});
afterEach(({ task }: TestContext) => note(task.id));
afterAll(() => note(null));

function note(test: string | null): void {
  const passed: Passed = { module, test, ms: performance.now() - startedMs, stretches: [...reached] };
  appendFileSync(REACH_FILE, `${JSON.stringify(passed)}\n`);
  reached.clear();
}
