import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import type { MatrixRow } from './matrix.ts';

/** How many calls each scenario made when somebody last looked: fewer mean that a part of the path is no longer cut. */
export const POINTS_FILE = path.join(import.meta.dirname, 'points.json');

const pointsSchema = z.record(z.string(), z.int().min(1));
export type Points = Readonly<z.output<typeof pointsSchema>>;

export function recordedPoints(): Points {
  return pointsSchema.parse(JSON.parse(readFileSync(POINTS_FILE, 'utf8')));
}

export function recordPoints(rows: readonly MatrixRow[], before: Points): void {
  const found = Object.fromEntries(rows.map(({ scenario, points }) => [scenario, points]));
  writeFileSync(POINTS_FILE, `${JSON.stringify({ ...before, ...found }, null, 2)}\n`);
}

/** One line for each scenario that has fewer points than on record, is missing, or was never recorded. */
export function shrunkPoints(
  recorded: Points,
  rows: readonly Pick<MatrixRow, 'scenario' | 'points'>[],
): readonly string[] {
  const found = new Map(rows.map(({ scenario, points }) => [scenario, points]));
  const fewer = Object.entries(recorded).flatMap(([scenario, points]) => {
    const now = found.get(scenario);
    if (now === undefined) return [`${scenario} is gone; ${points} points are on record`];
    return now < points ? [`${scenario} has ${now} points; ${points} are on record`] : [];
  });
  const unknown = [...found.keys()].filter((scenario) => recorded[scenario] === undefined);
  return [...fewer, ...unknown.map((scenario) => `${scenario} is not on record`)];
}
