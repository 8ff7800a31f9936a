import { describe, expect, it } from 'vitest';
import type { CycleReport } from '../../shared/app/cycle-report.ts';
import { createDecideHandler, type DecideDeps } from './handler.ts';

/** Somebody else holds the lease, so the cycle ends at once and reports under which slot it ran. */
function lockedOut(intervalMs: number, reports: CycleReport[]): DecideDeps {
  return {
    intervalMs,
    report: (report: CycleReport) => reports.push(report),
    settings: { jitterMs: () => 0, owner: 'test', leaseTtlMs: 1_000, mode: 'DRY_RUN' },
    ports: {
      clock: { nowMs: () => Number.MAX_SAFE_INTEGER, monotonicMs: () => 0, sleep: async () => undefined },
      lease: { acquire: async () => ({ kind: 'busy', owner: 'another' }), release: async () => undefined },
    },
  } as unknown as DecideDeps;
}

const never = () => {
  throw new Error('composed for an event that must be refused');
};

describe('the decide handler', () => {
  it.each([
    [60_000, '2026-03-01T10:07:00Z', '2026-03-01T10:07:00.000Z'],
    [60_000, '2026-03-01T10:07:43Z', '2026-03-01T10:07:00.000Z'],
    [300_000, '2026-03-01T10:09:59Z', '2026-03-01T10:05:00.000Z'],
    [3_600_000, '2026-03-01T11:30:00+01:00', '2026-03-01T10:00:00.000Z'],
  ])('with an interval of %i ms names the cycle of %s by its slot %s', async (intervalMs, scheduled, slot) => {
    const reports: CycleReport[] = [];
    await createDecideHandler(() => lockedOut(intervalMs, reports))({ slot: scheduled });

    expect(reports.map(({ kind, slot_ms }) => [kind, new Date(slot_ms).toISOString()])).toEqual([['locked', slot]]);
  });

  it('refuses the placeholder that the Scheduler did not replace', async () => {
    const event = { slot: '<aws.scheduler.scheduled-time>' };

    await expect(createDecideHandler(never)(event)).rejects.toThrow('the Scheduler left its placeholder in the slot');
  });

  it.each([
    undefined,
    null,
    'now',
    {},
    { slot: '' },
    { slot: 'yesterday' },
    { slot: 1_700_000_000 },
    { slot: '2026-03-01' },
  ])('refuses %j before it touches anything', async (event) => {
    await expect(createDecideHandler(never)(event)).rejects.toThrow('decide refuses its event');
  });

  it('does not repeat the event in its refusal [I11]', async () => {
    const refusal = createDecideHandler(never)({ slot: 'eyJhbGciOi.secret' });

    await expect(refusal).rejects.not.toThrow('secret');
  });
});
