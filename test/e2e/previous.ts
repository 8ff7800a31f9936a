import { cpSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './processes.ts';
import { PROJECT_DIR } from './programs.ts';

/** What is deployed, and what it is built with: between versions that differ in none of it there is nothing to roll back. */
const DEPLOYED = ['shared', 'lambdas', 'lib', 'bin', 'package-lock.json'];
const MOST_BACK = 40;
const GIT_MS = 60_000;

export type Previous =
  | { readonly kind: 'found'; readonly commit: string; readonly dir: string }
  | { readonly kind: 'none'; readonly why: string };

/** The newest earlier commit whose sources differ, with this run's config for the live stage, in a folder of its own. */
export async function checkOutPrevious(dir: string, configDir: string): Promise<Previous> {
  const commit = await newestThatDiffers();
  if (commit === null) return { kind: 'none', why: 'git knows no earlier version here (a clone of one commit?)' };
  mkdirSync(dir, { recursive: true });
  const archive = join(dir, 'version.tar');
  const packed = await git(['archive', '--format=tar', '-o', archive, commit]);
  const unpacked = await run('tar', ['-xf', archive, '-C', dir], { timeoutMs: GIT_MS });
  if (packed.code + unpacked.code !== 0)
    return { kind: 'none', why: `git archive: ${packed.stderr}${unpacked.stderr}` };
  // Its own packages would take minutes; they differ in nothing that a rehearsal of a rollback is about.
  symlinkSync(join(PROJECT_DIR, 'node_modules'), join(dir, 'node_modules'));
  const stages = join(dir, 'config', 'stages');
  if (!existsSync(stages)) return { kind: 'none', why: `${commit} has no config/stages` };
  cpSync(join(configDir, 'stages', 'live.yaml'), join(stages, 'live.yaml'));
  return { kind: 'found', commit, dir };
}

async function newestThatDiffers(): Promise<string | null> {
  const listed = await git(['rev-list', '--first-parent', '--max-count', String(MOST_BACK), 'HEAD']).catch(() => null);
  if (listed === null || listed.code !== 0) return null;
  for (const commit of listed.stdout.trim().split('\n').slice(1)) {
    const same = await git(['diff', '--quiet', commit, '--', ...DEPLOYED, ':!*.test.ts', ':!**/testing/**']);
    if (same.code === 1) return commit;
  }
  return null;
}

function git(args: readonly string[]) {
  return run('git', args, { cwd: PROJECT_DIR, env: process.env, timeoutMs: GIT_MS });
}
