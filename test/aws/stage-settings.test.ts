import { describe, expect, it } from 'vitest';
import { stageConfig } from '../../lib/stage-config.ts';
import { AWS_STAGES, stageFromContext, stageSettings } from '../../lib/stage-settings.ts';

const CONFIG_DIR = `${import.meta.dirname}/../../config`;

describe('the stage of a synthesis', () => {
  it('is dev when nobody names one', () => {
    expect(stageFromContext(undefined)).toBe('dev');
  });

  it.each(['prod', 'LIVE', '', 'local', 1])('is never %j', (value) => {
    expect(() => stageFromContext(value)).toThrow('use one of dev, paper, live');
  });

  it.each(AWS_STAGES)('%s takes its values from the config', (stage) => {
    expect(stageSettings(stageConfig(CONFIG_DIR, stage))).toEqual({
      stage,
      intervalMinutes: 1,
      jitterPct: 10,
      cycleSeconds: 50,
      retentionDays: 90,
      isGuarded: stage !== 'dev',
      mayTrade: stage === 'paper',
      escalateAfterSeconds: 120,
      hasChat: false,
      subscriptions: [],
    });
  });

  it.each([30, 90, 420, 5_400, 7 * 3_600])('refuses an interval of %i seconds: its slots would wander', (seconds) => {
    const config = stageConfig(CONFIG_DIR, 'dev');
    const schedule = { ...config.app.schedule, interval_seconds: seconds };

    expect(() => stageSettings({ ...config, app: { ...config.app, schedule } })).toThrow(`interval_seconds=${seconds}`);
  });

  it('is refused with every fault when its config is broken', () => {
    expect(() => stageConfig('/nowhere', 'paper')).toThrow(/config of stage paper:\n.*app\.yaml/);
  });
});
