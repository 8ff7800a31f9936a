import { type ChildProcess, spawn } from 'node:child_process';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
  readonly input?: string;
}

/** Everything that was started and has not ended: each leads a process group of its own, so that nothing outlives it. */
const running = new Set<ChildProcess>();

/** Runs a program to its end. One that takes longer than allowed is killed with its children, and answers 124. */
export function run(command: string, args: readonly string[], options: RunOptions): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = start(command, args, options);
    const out: string[] = [];
    const err: string[] = [];
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      killGroup(child);
    }, options.timeoutMs);
    child.stdout?.on('data', (chunk) => out.push(String(chunk)));
    child.stderr?.on('data', (chunk) => err.push(String(chunk)));
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(new Error(`${command} cannot be started: ${error.message}`));
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      const stderr = err.join('') + (isLate ? `\n${command}: no end within ${options.timeoutMs} ms` : '');
      resolve({ code: isLate ? 124 : (code ?? 1), stdout: out.join(''), stderr });
    });
    // One that ends without reading what it is told is no fault of ours.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.input ?? '');
  });
}

/** Starts a program that goes on until it is stopped. */
export function start(command: string, args: readonly string[], { cwd, env }: Omit<RunOptions, 'timeoutMs'>) {
  const child = spawn(command, args, { cwd, env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  running.add(child);
  child.on('close', () => running.delete(child));
  child.on('error', () => running.delete(child));
  return child;
}

/** Ends what is left, hard: nothing here holds anything that is worth an orderly end. */
export function stopAll(): void {
  for (const child of running) killGroup(child);
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It ended by itself meanwhile.
  }
}
