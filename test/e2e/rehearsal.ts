import { join } from 'node:path';
import { openTable } from './books.ts';
import { awsEnvironment, startEmulator } from './emulator.ts';
import { bindingOf } from './evidence.ts';
import { openInbox } from './inbox.ts';
import type { Journal } from './journal.ts';
import { checkOutPrevious, type Previous } from './previous.ts';
import { type Programs, programs as programsOf } from './programs.ts';
import type { PythonTools } from './python.ts';
import { deploy, outputsOf, synthesize, writeConfig } from './stack.ts';
import { queueClient, type StageUnderTest } from './stage.ts';
import { ringAlarms } from './steps/alarms.ts';
import { deadLetter } from './steps/dead-letter.ts';
import { killByEvent, killByWatch } from './steps/kill.ts';
import { redeploy } from './steps/redeploy.ts';
import { refusePlaceholder, refuseWithoutGates } from './steps/refuse.ts';
import { rollBack } from './steps/roll-back.ts';
import { promote, setUp } from './steps/set-up.ts';
import { rearm, takeDown } from './steps/take-down.ts';
import { trade } from './steps/trade.ts';
import { createTicks } from './ticks.ts';
import { openVenue } from './venue.ts';

/** Read by nobody who decides: other bytes of code, the same risk and the same evidence. */
const CHANGE = 'logging: { level: DEBUG }';

/** The life of a stage from an empty account to its end. Throws where nothing further makes sense. */
export async function rehearse(
  journal: Journal,
  tools: Extract<PythonTools, { kind: 'ready' }>,
  home: string,
): Promise<void> {
  journal.step('start');
  const venue = await openVenue(join(home, 'exchange.jsonl'));
  const inbox = await openInbox();
  const { endpoint } = await startEmulator(tools, home);
  journal.say(`emulator on ${endpoint}, exchange on ${venue.simulator.url}, Python ${tools.version}`);
  const configs = { first: join(home, 'config'), second: join(home, 'config-changed') };
  writeConfig(configs.first, venue.simulator.url);
  writeConfig(configs.second, venue.simulator.url, CHANGE);
  const programs = programsOf(tools.aws, awsEnvironment(endpoint, home), configs.first);
  try {
    const stage = await deployFirst({ journal, programs, venue, inbox, home, endpoint, configDir: configs.first });
    const later = prepareLater(programs, home, configs.second);
    await setUp(stage);
    await refuseWithoutGates(stage);
    await promote(stage);
    await trade(stage);
    const { assembly, previous } = await later;
    await redeploy(stage, [assembly, join(home, 'cdk.out'), assembly]);
    await refusePlaceholder(stage);
    await deadLetter(stage);
    await ringAlarms(stage);
    await killByWatch(stage);
    await rollBack(stage, previous, assembly);
    if (previous.kind === 'none') await stage.ticks.onTime();
    await rearm(stage);
    await killByEvent(stage);
    await takeDown(stage);
    stage.table.close();
    stage.sqs.destroy();
  } finally {
    inbox.close();
    await venue.simulator.close();
  }
}

type Ground = Pick<StageUnderTest, 'journal' | 'programs' | 'venue' | 'inbox' | 'home'> & {
  readonly endpoint: string;
  readonly configDir: string;
};

async function deployFirst({ endpoint, configDir, ...ground }: Ground): Promise<StageUnderTest> {
  const { journal, programs, home } = ground;
  journal.step('deploy');
  const assembly = join(home, 'cdk.out');
  await synthesize(programs, assembly, configDir);
  journal.say('cdk synth: the assembly that is deployed');
  await programs.cdk(['bootstrap', '--app', assembly]);
  journal.say('cdk bootstrap');
  const { ms } = await deploy(programs, assembly);
  const deployedAtMs = Date.now();
  const outputs = await outputsOf(programs);
  journal.figure('deploy_ms', ms);
  journal.expect('cdk deploy', outputs.status === 'CREATE_COMPLETE', `${outputs.status} in ${Math.round(ms)} ms`);
  return {
    ...ground,
    outputs,
    deployedAtMs,
    table: openTable(outputs.tableName, endpoint),
    ticks: createTicks(programs),
    sqs: queueClient(endpoint),
    binding: bindingOf(configDir),
  };
}

/** Made while the first version already works. */
async function prepareLater(
  programs: Programs,
  home: string,
  configDir: string,
): Promise<{ readonly assembly: string; readonly previous: Previous }> {
  const assembly = join(home, 'cdk.out-changed');
  await synthesize(programs, assembly, configDir);
  const previous = await checkOutPrevious(join(home, 'previous'), configDir);
  if (previous.kind === 'found') {
    await programs.cdk(
      ['synth', '--quiet', '--output', join(previous.dir, 'cdk.out'), '--context', 'stage=live'],
      previous.dir,
    );
  }
  return { assembly, previous };
}
