import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { TraderStack } from '../lib/stacks/trader-stack.ts';
import { stageConfig } from '../lib/stage-config.ts';
import { stageFromContext, stageSettings } from '../lib/stage-settings.ts';

/**
 * Prints a stage's template, with a line of code in place of each bundle: enough to count what it consists of.
 * --trading: as if the stage might trade, whatever mode its config names.
 */
const { values: flags } = parseArgs({
  options: { stage: { type: 'string' }, config: { type: 'string' }, trading: { type: 'boolean', default: false } },
});
const stage = stageFromContext(flags.stage);
const settings = stageSettings(stageConfig(flags.config ?? join(import.meta.dirname, '..', 'config'), stage));
const outdir = mkdtempSync(join(tmpdir(), '247t-template-'));
process.on('exit', () => rmSync(outdir, { recursive: true, force: true }));
const stack = new TraderStack(new App({ outdir }), `Trader-${stage}`, {
  settings: { ...settings, mayTrade: settings.mayTrade || flags.trading },
  code: () => Code.fromInline('exports.handler = async () => {};'),
});
process.stdout.write(
  JSON.stringify({ interval_minutes: settings.intervalMinutes, ...Template.fromStack(stack).toJSON() }),
);
