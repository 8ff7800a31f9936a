import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { bundleFunctions } from '../lib/bundle/bundle-functions.ts';
import { checkWithAwsSolutions } from '../lib/checks.ts';
import { JOBS, TraderStack } from '../lib/stacks/trader-stack.ts';
import { stageConfig } from '../lib/stage-config.ts';
import { stageFromContext, stageSettings } from '../lib/stage-settings.ts';

const projectDir = join(import.meta.dirname, '..');
const app = new App();
const stage = stageFromContext(app.node.tryGetContext('stage'));
// -c config=DIR: another folder than this repository's, as every command takes it. What is deployed is what was checked there.
const configDir: unknown = app.node.tryGetContext('config');
const config = stageConfig(typeof configDir === 'string' ? resolve(configDir) : join(projectDir, 'config'), stage);

const bundles = mkdtempSync(join(tmpdir(), '247trader-bundles-'));
try {
  await bundleFunctions({ projectDir, outDir: bundles, jobs: JOBS, config });
  const stack = new TraderStack(app, `Trader-${stage}`, {
    stackName: `trader-${stage}`,
    description: `247trader, stage ${stage}`,
    settings: stageSettings(config),
    code: (job) => Code.fromAsset(join(bundles, job)),
  });
  checkWithAwsSolutions(app, stack);
  app.synth();
} finally {
  rmSync(bundles, { recursive: true, force: true });
}
