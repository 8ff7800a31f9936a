import { closeSync, openSync, writeSync } from 'node:fs';
import { withoutKnownSecrets } from '../../shared/adapters/known-secrets.ts';
import type { Decision } from '../../shared/core/cycle/decision.ts';
import { encodeDecision } from '../../shared/core/cycle/encode.ts';
import { UserError } from '../user-error.ts';

export interface DecisionsFile {
  add(decision: Decision): void;
  close(): void;
}

/** One canonical JSON line per decision. A run that goes on appends; a new one starts the file afresh. */
export function openDecisionsFile(path: string | undefined, isResumed: boolean): DecisionsFile {
  if (path === undefined) return { add: () => undefined, close: () => undefined };
  const descriptor = open(path, isResumed ? 'a' : 'w');
  return {
    add: (decision) => void writeSync(descriptor, `${withoutKnownSecrets(encodeDecision(decision))}\n`),
    close: () => closeSync(descriptor),
  };
}

function open(path: string, flag: 'a' | 'w'): number {
  try {
    return openSync(path, flag);
  } catch (error) {
    throw new UserError(`--decisions ${path} cannot be written: ${(error as Error).message}`);
  }
}
