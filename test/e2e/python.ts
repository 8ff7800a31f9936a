import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './processes.ts';

const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt');
const CACHE = join(import.meta.dirname, '..', '..', 'node_modules', '.cache');
const INSTALL_MS = 240_000;

export type PythonTools =
  | { readonly kind: 'ready'; readonly python: string; readonly aws: string; readonly version: string }
  /** Nothing is wrong with the bot: this machine cannot rehearse it. */
  | { readonly kind: 'missing'; readonly why: string };

/**
 * The emulator and the AWS command line in a virtual environment of their own, made once for a list of requirements. Nothing
 * of the machine's Python is changed.
 */
export async function pythonTools(): Promise<PythonTools> {
  if (process.platform === 'win32') return { kind: 'missing', why: 'it needs Linux or macOS' };
  const found = await findPython();
  if (found === null) return { kind: 'missing', why: 'python3 (3.10 or newer) is not there' };
  const digest = createHash('sha256').update(readFileSync(REQUIREMENTS)).update(found.version).digest('hex');
  const dir = join(CACHE, `e2e-${digest.slice(0, 12)}`);
  const mark = join(dir, 'complete');
  if (!existsSync(mark)) {
    const why = await install(found.command, dir);
    if (why !== null) return { kind: 'missing', why };
    writeFileSync(mark, '');
  }
  const bin = (name: string) => join(dir, 'bin', name);
  return { kind: 'ready', python: bin('python'), aws: bin('aws'), version: found.version };
}

const OLDEST = [3, 10] as const;

async function findPython(): Promise<{ readonly command: string; readonly version: string } | null> {
  for (const command of ['python3', 'python']) {
    const told = await run(command, ['--version'], { timeoutMs: 20_000 }).catch(() => null);
    const [, major = '0', minor = '0'] = /^Python (\d+)\.(\d+)/.exec(told?.stdout ?? '') ?? [];
    if (Number(major) === OLDEST[0] && Number(minor) >= OLDEST[1]) return { command, version: `${major}.${minor}` };
  }
  return null;
}

/** null: everything is there. */
async function install(command: string, dir: string): Promise<string | null> {
  rmSync(dir, { recursive: true, force: true });
  const made = await run(command, ['-m', 'venv', dir], { timeoutMs: 60_000 });
  if (made.code !== 0) return `python3 -m venv does not work (${lastLine(made.stderr)})`;
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '-r', REQUIREMENTS];
  const installed = await run(join(dir, 'bin', 'python'), pip, { env: process.env, timeoutMs: INSTALL_MS });
  return installed.code === 0 ? null : `the emulator cannot be installed from PyPI (${lastLine(installed.stderr)})`;
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? 'no reason given';
}
