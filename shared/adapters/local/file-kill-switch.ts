import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { KillState, KillSwitch, KillSwitchControl } from '../../ports/kill-switch.ts';
import { isThere } from '../is-there.ts';
import { killStateFrom, killStateText, unreadable } from '../ssm/kill-state.ts';

/**
 * The kill switch of a local run: one small file in the state folder, read anew each time, so that another process can pull
 * it while the table is in use. A missing file is killed [I4]: only a fresh state folder is given an armed one.
 */
export function fileKillSwitch(stateDir: string): KillSwitch {
  return {
    async read(): Promise<KillState> {
      try {
        return killStateFrom(readFileSync(fileOf(stateDir), 'utf8'), Math.floor(statSync(fileOf(stateDir)).mtimeMs));
      } catch (error) {
        return unreadable(error instanceof Error ? error.message : 'unknown error');
      }
    },
  };
}

/** Pulls or arms the switch in one step: a reader sees the old state or the new one. */
export function setFileKillSwitch(stateDir: string, state: KillState): void {
  const draft = `${fileOf(stateDir)}.${process.pid}`;
  writeFileSync(draft, `${killStateText(state)}\n`, { mode: 0o600 });
  renameSync(draft, fileOf(stateDir));
}

/** The switch in an operator's hand. */
export function fileKillSwitchControl(stateDir: string): KillSwitchControl {
  return { ...fileKillSwitch(stateDir), set: async (state) => setFileKillSwitch(stateDir, state) };
}

/** Arms the switch of a state folder that has no table yet, unless somebody has set it already. */
export function armFreshState(stateDir: string, tableDir: string): void {
  if (isThere(tableDir) || isThere(fileOf(stateDir))) return;
  setFileKillSwitch(stateDir, { kind: 'armed' });
}

function fileOf(stateDir: string): string {
  return path.join(stateDir, 'kill-switch');
}
