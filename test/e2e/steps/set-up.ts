import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileWhatTakesDays } from '../evidence.ts';
import { invoke } from '../functions.ts';
import type { Ran } from '../processes.ts';
import type { StageUnderTest } from '../stage.ts';
import { until } from '../until.ts';

/** What docs/deploy.md lets a person do after the first deployment, with the same commands. */
export async function setUp(stage: StageUnderTest): Promise<void> {
  stage.journal.step('set up');
  await subscribe(stage);
  await bringKeys(stage);
  await beHeard(stage);
}

async function subscribe({ journal, programs, outputs, inbox }: StageUnderTest): Promise<void> {
  const topics = [outputs.alertTopicArn, outputs.escalationTopicArn];
  for (const arn of topics) {
    const where = ['--protocol', 'http', '--notification-endpoint', inbox.url];
    await programs.aws('sns', 'subscribe', '--topic-arn', arn, ...where);
  }
  await until(() => (inbox.confirmed.length >= topics.length ? true : undefined));
  const confirmed = topics.filter((arn) => inbox.confirmed.includes(arn)).length;
  journal.expect('both topics have a subscriber who has confirmed', confirmed === 2, `${confirmed} of 2`);
}

async function bringKeys({ journal, programs, venue, home }: StageUnderTest): Promise<void> {
  const rotate = (purpose: 'view' | 'trade', key: keyof typeof venue.keys) => {
    const file = join(home, `${key}.json`);
    writeFileSync(file, JSON.stringify(venue.keys[key].apiKey), { mode: 0o600 });
    return programs.trader(['secrets', 'rotate', '--key', purpose, '--from', file]);
  };
  const [view, trade] = await Promise.all([rotate('view', 'view'), rotate('trade', 'trade')]);
  journal.expect(
    'trader secrets rotate probes and stores both keys',
    view.code + trade.code === 0,
    faultOf(view, trade),
  );
  const greedy = await rotate('trade', 'greedy');
  journal.expect('and refuses one that may transfer', greedy.code !== 0, lastLine(greedy.stderr));
  const thrown = await invoke(programs, 'hygiene', {});
  journal.expect('the daily look records how old they are', thrown === null, thrown ?? '');
}

async function beHeard({ journal, programs, inbox }: StageUnderTest): Promise<void> {
  const startedMs = Date.now();
  const sent = await programs.trader(['alerts', 'test']);
  const mail = await until(() => inbox.mails.find(({ text }) => text.includes('ALERT_TEST')));
  if (mail !== undefined) journal.figure('alert_ms', mail.atMs - startedMs);
  journal.expect('a test alert arrives by SNS', sent.code === 0 && mail !== undefined, mail?.subject ?? faultOf(sent));
}

/** Evidence as far as minutes can give it, and an operator's word for each step. */
export async function promote(stage: StageUnderTest): Promise<void> {
  const { journal, programs, table, binding } = stage;
  journal.step('promote');
  const early = await programs.trader(['promote', '--to', 'LIVE', '--confirm', 'promote to LIVE']);
  journal.expect('trader promote refuses LIVE before its evidence is there', early.code !== 0);
  await fileWhatTakesDays(table, binding);
  const heard = await programs.trader(['gates', '--confirm-alerts', '--confirm', 'the alert arrived', '--json']);
  const drill = await programs.trader(['drill', 'kill-switch', '--orders', '10', '--file', '--json']);
  journal.expect(
    'trader gates and trader drill file their evidence',
    heard.code + drill.code === 0,
    faultOf(heard, drill),
  );
  for (const step of ['PAPER', 'LIVE_CANARY', 'LIVE']) {
    const taken = await programs.trader(['promote', '--to', step, '--confirm', `promote to ${step}`]);
    journal.expect(
      `trader promote takes it to ${step}`,
      taken.code === 0,
      lastLine(taken.stdout) || lastLine(taken.stderr),
    );
  }
}

export function faultOf(...runs: readonly Ran[]): string {
  return runs
    .filter(({ code }) => code !== 0)
    .map(({ stdout, stderr }) => (stderr.trim() || stdout.trim()).slice(0, 600))
    .join('; ');
}

export function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
