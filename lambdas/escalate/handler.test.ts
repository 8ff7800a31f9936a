import { describe, expect, it } from 'vitest';
import { createEscalateHandler } from './handler.ts';

const STEP = { fingerprint: 'CLOCK:account', opened_at_ms: 5, escalation: 0 };
const eventOf = (...bodies: readonly unknown[]) => ({
  Records: bodies.map((body) => ({ body: JSON.stringify(body) })),
});

function handlerWith(escalate: () => Promise<'escalated' | 'over'>) {
  const looked: unknown[] = [];
  const handler = createEscalateHandler(() => ({
    desk: {
      escalate: async (step) => {
        looked.push(step);
        return escalate();
      },
    },
    report: (step, outcome) => void looked.push(`${step.fingerprint} ${outcome}`),
  }));
  return { handler, looked };
}

describe('the function that looks at open alerts', () => {
  it('[REQ-AL1] takes a step of its own and the message of a topic alike', async () => {
    const { handler, looked } = handlerWith(async () => 'escalated');
    await handler(eventOf({ ...STEP, title: 'x', severity: 'CRITICAL' }));
    expect(looked).toEqual([STEP, 'CLOCK:account escalated']);
  });

  it('[REQ-AL1] fails when the call could not be made, so that the message comes again', async () => {
    const { handler } = handlerWith(() => Promise.reject(new Error('topic down')));
    await expect(handler(eventOf(STEP))).rejects.toThrow('topic down');
  });

  it.each([[{}], [{ Records: [] }], [{ Records: [{ body: 5 }] }]])('refuses the event %j', async (event) => {
    await expect(handlerWith(async () => 'over').handler(event)).rejects.toThrow('escalate refuses its event');
  });

  it('fails on a message that is no step, so that it ends among the dead letters', async () => {
    await expect(handlerWith(async () => 'over').handler(eventOf({ AlarmName: 'x' }))).rejects.toThrow();
  });
});
