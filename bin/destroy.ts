import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { type DestroySteps, destroyStage } from '../lib/destroy-stage.ts';
import { stageFromContext } from '../lib/stage-settings.ts';

/**
 * Deletes the stack of a stage: only when nothing is open there, and after its name was typed. A plain `cdk destroy` of a
 * guarded stage is refused by AWS itself: its stack is protected against deletion, and this is the way to lift that.
 */
const { values: flags } = parseArgs({
  options: {
    stage: { type: 'string' },
    leave: { type: 'string', multiple: true, default: [] },
    confirm: { type: 'string' },
  },
});
const projectDir = join(import.meta.dirname, '..');
const bin = (name: string) => join(projectDir, 'node_modules', '.bin', name);

const steps: DestroySteps = {
  check: (stage, left) =>
    run(process.execPath, [
      'cli/start.mjs',
      'destroy-check',
      '--stage',
      stage,
      ...left.flatMap((name) => ['--leave', name]),
    ]),
  typed: async (phrase) => flags.confirm ?? (await ask(`Type "${phrase}" to delete the stack: `)),
  unprotect: (stackName) =>
    run('aws', [
      'cloudformation',
      'update-termination-protection',
      '--no-enable-termination-protection',
      '--stack-name',
      stackName,
    ]),
  destroy: (stage) => run(bin('cdk'), ['destroy', '--force', '--context', `stage=${stage}`]),
  say: (line) => console.log(line),
};
if (flags.stage === undefined) throw new Error('--stage is missing: dev, paper or live');
process.exitCode = await destroyStage(stageFromContext(flags.stage), flags.leave, steps);

/** The exit code; 127 when the program is not there. */
function run(command: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: projectDir, stdio: 'inherit' });
    child.on('error', () => resolve(127));
    child.on('close', (code) => resolve(code ?? 1));
  });
}

async function ask(question: string): Promise<string> {
  if (!process.stdin.isTTY) return '';
  const dialogue = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await dialogue.question(question);
  } finally {
    dialogue.close();
  }
}
