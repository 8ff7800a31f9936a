import { expect } from 'vitest';
import type { ConfigFault } from '../fault.ts';
import { edited, faultsIn, shippedTexts, type Texts } from './shipped.ts';

/** One slip in the shipped config of the live stage, and what a person must be told about it. */
export interface Corruption {
  readonly what: string;
  readonly corrupt: (texts: Texts) => Texts;
  readonly file: string;
  readonly path: string;
  /** null: there is no value to show. */
  readonly value: string | null;
  readonly problem: string;
  readonly remedy: string;
}

/**
 * Reads a table of one-line slips: what | file | from -> to | path | value | problem | remedy. A passage "from" that
 * stands nowhere throws. "\n" is a line break, "-" no value; the fault is expected in the section's own file, or in the
 * edited overlay.
 */
export function corruptionsFrom(table: string): readonly Corruption[] {
  const rows = table.split('\n').filter((line) => line.trim() !== '');
  return rows.map((row) => {
    const cells = row.split(' | ').map((cell) => cell.trim().replaceAll('\\n', '\n'));
    const [what = '', file = '', edit = '', path = '', value = '', problem = '', remedy] = cells;
    const [from, to] = edit.split(' -> ');
    if (from === undefined || to === undefined || remedy === undefined) throw new Error(`not a row: ${row}`);
    return {
      what,
      corrupt: (texts) => edited(texts, file, from, to),
      file: file.startsWith('stages/') ? file : `${path.split('.')[0]}.yaml`,
      path,
      value: value === '-' ? null : value,
      problem,
      remedy,
    };
  });
}

export function expectRefusal({ corrupt, file, path, value, problem, remedy }: Corruption): void {
  const faults = faultsIn(corrupt(shippedTexts('live')), 'live');

  const matching = faults.filter((fault) => fault.path === path && fault.problem.includes(problem));
  expect(matching, JSON.stringify(faults, undefined, 2)).toHaveLength(1);
  expect(matching[0]).toEqual({
    file,
    line: anyLine(value),
    path,
    value,
    problem: anything(problem),
    remedy: anything(remedy),
  });
  if (value !== null) expect(matching[0]?.line).toBeGreaterThan(0);
}

function anyLine(value: string | null): ConfigFault['line'] {
  return value === null ? expect.toBeOneOf([expect.any(Number), null]) : expect.any(Number);
}

function anything(part: string): string {
  return expect.stringContaining(part);
}
