import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundleTable } from '../lib/bundle/bundle-table.ts';
import { AWS_STAGES, type AwsStage } from '../lib/stage-settings.ts';

/** Synthesizes every stage, offline, and says how large each became. Exits with 1 when one cannot be made. */
const projectDir = join(import.meta.dirname, '..');
const run = promisify(execFile);

const outcomes = await Promise.all(AWS_STAGES.map(synthesize));
for (const { line } of outcomes) console.log(line);
if (outcomes.some(({ isMade }) => !isMade)) process.exitCode = 1;
for (const line of bundleTable(join(projectDir, 'cdk.out', 'paper'))) console.log(line);

async function synthesize(stage: AwsStage): Promise<{ readonly isMade: boolean; readonly line: string }> {
  const output = join('cdk.out', stage);
  const cdk = join(projectDir, 'node_modules', 'aws-cdk', 'bin', 'cdk');
  const options = [
    'synth',
    '--quiet',
    '--no-notices',
    '--no-lookups',
    '--strict',
    '--output',
    output,
    '--context',
    `stage=${stage}`,
  ];
  // Assets of earlier syntheses would stay beside the new ones.
  rmSync(join(projectDir, output), { recursive: true, force: true });
  try {
    await run(process.execPath, [cdk, ...options], { cwd: projectDir, maxBuffer: 64 * 1024 * 1024 });
    return {
      isMade: true,
      line: `${stage.padEnd(5)} ${countResources(join(projectDir, output))} resources in ${output}`,
    };
  } catch (error) {
    const { stderr, message } = error as Error & { readonly stderr?: string };
    return { isMade: false, line: `${stage.padEnd(5)} cannot be synthesized: ${stderr?.trim() || message}` };
  }
}

function countResources(dir: string): number {
  const templates = readdirSync(dir).filter((name) => name.endsWith('.template.json'));
  return templates
    .map((name) => JSON.parse(readFileSync(join(dir, name), 'utf8')) as { readonly Resources?: object })
    .reduce((sum, { Resources = {} }) => sum + Object.keys(Resources).length, 0);
}
