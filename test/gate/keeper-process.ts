import { spawn } from 'node:child_process';

/**
 * Runs one tool in a process group of its own and never lets it outlive whoever asked for it: stdin is held open by that one
 * and ends with it, however it ended, SIGKILL included. Then the group is asked to end, and made to.
 */
const GRACE_MS = 5_000;
/** What the tool started was asked in the same moment, and may need longer than the tool. */
const REST_MS = 1_000;
const [tool = '', ...args] = process.argv.slice(2);
const isWindows = process.platform === 'win32';

// npm's shims are .cmd files there.
const child = spawn(tool, args, { stdio: ['ignore', 'inherit', 'inherit'], shell: isWindows });
let isEnding = false;
child.on('error', (error) => {
  console.error(`${tool} cannot be started: ${error.message}. Remedy: npm ci`);
  process.exit(1);
});
child.on('close', (code) => {
  if (isEnding) setTimeout(() => signalAll('SIGKILL'), REST_MS);
  else process.exit(code ?? 1);
});
// It asks its own group, and goes on until the others have ended.
process.on('SIGTERM', () => undefined);
process.stdin.on('close', () => {
  isEnding = true;
  signalAll('SIGTERM');
  setTimeout(() => signalAll('SIGKILL'), GRACE_MS);
});
process.stdin.resume();

function signalAll(signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    if (isWindows) child.kill(signal);
    else process.kill(-process.pid, signal);
  } catch {
    // Nobody is left.
  }
}
