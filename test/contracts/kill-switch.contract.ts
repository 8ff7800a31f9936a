import { describe, expect, it } from 'vitest';
import type { KillSwitch } from '../../shared/ports/kill-switch.ts';

export interface KillSwitchParts {
  readonly killSwitch: KillSwitch;
  /** Writes the stored text past the adapter; undefined removes it. */
  readonly store: (text: string | undefined) => void;
}

export function killSwitchContract(name: string, open: () => KillSwitchParts): void {
  describe(`kill switch: ${name}`, () => {
    it('[I4] is armed only by that very word', async () => {
      const { killSwitch, store } = open();
      store('armed');
      expect(await killSwitch.read()).toEqual({ kind: 'armed' });
    });

    it('[REQ-K1] tells why it was pulled', async () => {
      const { killSwitch, store } = open();
      store('killed:operator: looks wrong');
      expect(await killSwitch.read()).toMatchObject({ kind: 'killed', reason: 'operator: looks wrong' });
    });

    it('[REQ-K1] tells when it was pulled, for the timings', async () => {
      const { killSwitch, store } = open();
      store('killed:x');
      expect(await killSwitch.read()).toMatchObject({ atMs: expect.any(Number) });
    });

    it('[REQ-K1] tells that everything is to be sold as well', async () => {
      const { killSwitch, store } = open();
      store('killed:[flatten] enough');
      expect(await killSwitch.read()).toMatchObject({ kind: 'killed', reason: 'enough', flatten: true });
    });

    it('[REQ-K1] gives a pull without a reason one: whoever asks for the halt must have words', async () => {
      const { killSwitch, store } = open();
      store('killed:');
      expect(await killSwitch.read()).toMatchObject({ kind: 'killed', reason: 'no reason given' });
    });

    it('[REQ-K1] cuts a reason that was written by hand to what every path to the halt takes', async () => {
      const { killSwitch, store } = open();
      store(`killed:${'x'.repeat(3_000)}`);
      const state = await killSwitch.read();
      expect(state.kind === 'killed' && state.reason.length).toBe(500);
    });

    it('[REQ-K1] tells when a misspelt text was written: it is one pull, however often it is looked at', async () => {
      const { killSwitch, store } = open();
      store('KILLED: looks wrong');
      expect(await killSwitch.read()).toMatchObject({ atMs: expect.any(Number) });
    });

    it.each([[undefined], [''], ['Armed'], ['armed!'], ['killed'], ['true'], ['{"kind":"armed"}']])(
      '[I4] counts the stored text %j as killed, not readable',
      async (text) => {
        const { killSwitch, store } = open();
        store(text);
        expect(await killSwitch.read()).toMatchObject({
          kind: 'killed',
          reason: expect.stringMatching(/^unreadable: /),
        });
      },
    );

    it('[REQ-K1] never answers from memory', async () => {
      const { killSwitch, store } = open();
      store('armed');
      await killSwitch.read();
      store('killed:now');
      expect((await killSwitch.read()).kind).toBe('killed');
      store('armed');
      expect((await killSwitch.read()).kind).toBe('armed');
    });
  });
}
