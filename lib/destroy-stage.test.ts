import { describe, expect, it } from 'vitest';
import { destroyStage } from './destroy-stage.ts';
import type { AwsStage } from './stage-settings.ts';

async function attempt(
  stage: AwsStage,
  fails: Partial<Record<'check' | 'unprotect' | 'recheck', number>>,
  typed: string,
) {
  const done: string[] = [];
  const lines: string[] = [];
  let checks = 0;
  const code = await destroyStage(stage, ['BTC-USD'], {
    check: async (_, left) => {
      done.push(`check ${left.join()}`);
      checks += 1;
      return (checks > 1 ? fails.recheck : fails.check) ?? 0;
    },
    typed: async () => typed,
    unprotect: async (name) => {
      done.push(`unprotect ${name}`);
      return fails.unprotect ?? 0;
    },
    destroy: async (name) => {
      done.push(`destroy ${name}`);
      return 0;
    },
    say: (line) => lines.push(line),
  });
  return { code, done, lines };
}

describe('deleting a stage', () => {
  it('checks, is confirmed, checks again, lifts the protection and deletes', async () => {
    expect(await attempt('live', {}, 'delete live')).toEqual({
      code: 0,
      done: ['check BTC-USD', 'check BTC-USD', 'unprotect trader-live', 'destroy live'],
      lines: [],
    });
    expect((await attempt('dev', {}, 'delete dev')).done).toEqual(['check BTC-USD', 'check BTC-USD', 'destroy dev']);
  });

  it.each([
    ['something is open, or the stage cannot be asked', { check: 1 }, 'delete live', 'is left as it is'],
    ['something was opened while somebody typed', { recheck: 1 }, 'delete live', 'opened meanwhile'],
    ['another name was typed', {}, 'delete paper', 'not confirmed'],
    ['nobody typed', {}, '', 'not confirmed'],
    ['the protection cannot be lifted', { unprotect: 127 }, 'delete live', 'update-termination-protection'],
  ])('deletes nothing when %s', async (_, fails, typed, said) => {
    const { code, done, lines } = await attempt('live', fails, typed);

    expect(code).toBe(1);
    expect(done).not.toContain('destroy live');
    expect(lines.join()).toContain(said);
  });
});
