import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import * as z from 'zod';
import { UserError } from '../../user-error.ts';

/** One value of the config and what it is to be. */
export interface Axis {
  /** As of `trader backtest --set`: "policy.exits.stop_loss_pct". */
  readonly path: string;
  readonly values: readonly GridValue[];
}

/** A list is one value: of a parameter that is a list. */
export type GridValue = string | number | boolean | readonly (string | number)[];

/** More points than this are no question any more. */
const MOST_POINTS = 20_000;

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const value = z.union([scalar, z.array(z.union([z.string(), z.number()]))]);
const gridSchema = z.record(z.string().regex(/^[a-z][\w.-]*$/), z.array(value).min(1));

/** "signals.strategy.x.params.y=1,2,3" -> its path and values; lists in brackets: "...lookbacks_bars=[20, 40],[30, 60]". */
export function axisIn(text: string): Axis {
  const [, path, list] = /^([a-z][\w.-]*)=(.+)$/.exec(text) ?? [];
  if (path === undefined || list === undefined) {
    throw new UserError(`--grid ${text}: use path=value,value,... such as policy.exits.stop_loss_pct=2,3,4`);
  }
  return axisOf(
    `--grid ${path}`,
    path,
    read(`--grid ${path}`, () => parse(`[${list}]`)),
  );
}

/** A YAML or JSON file of paths, each with its list of values. Throws a UserError that names what is wrong. */
export function readGrid(file: string): readonly Axis[] {
  const content = read(file, () => parse(readFileSync(file, 'utf8')));
  const grid = gridSchema.safeParse(content);
  if (!grid.success) {
    const [issue] = grid.error.issues;
    const where = issue?.path.length ? `${issue.path.join('.')}: ` : '';
    throw new UserError(
      `${file}: ${where}${issue?.message ?? 'no grid'}; write one line for each path: "policy.exits.stop_loss_pct: [2, 3, 4]"`,
    );
  }
  return Object.entries(grid.data).map(([path, values]) => axisOf(file, path, values));
}

/** What a point of the grid sets, path by path. */
export type Params = Readonly<Record<string, GridValue>>;

/** Every combination, the last axis turning fastest. */
export function pointsOf(axes: readonly Axis[]): readonly Params[] {
  const twice = axes.find(({ path }, i) => axes.findIndex((other) => other.path === path) !== i);
  if (twice !== undefined) throw new UserError(`--grid: ${twice.path} is given twice`);
  const count = axes.reduce((product, { values }) => product * values.length, 1);
  if (count > MOST_POINTS) throw new UserError(`a grid of ${count} points: at most ${MOST_POINTS}; take fewer values`);
  return axes.reduce<readonly Params[]>(
    (points, { path, values }) => points.flatMap((point) => values.map((each) => ({ ...point, [path]: each }))),
    [{}],
  );
}

/** As `--set` reads it. JSON is YAML, so nothing is read otherwise than it was meant. */
export function changesOf(params: Params): readonly string[] {
  return Object.entries(params).map(([path, each]) => `${path}=${JSON.stringify(each)}`);
}

/** "lookback_bars 20, stop_loss_pct 3": the last name of each path. */
export function paramsText(params: Params): string {
  const entries = Object.entries(params).map(([path, each]) => `${shortName(path)} ${valueText(each)}`);
  return entries.length === 0 ? 'as shipped' : entries.join(', ');
}

export function shortName(path: string): string {
  return path.split('.').at(-1) as string;
}

export function valueText(each: GridValue): string {
  return typeof each === 'object' ? each.join('/') : String(each);
}

function axisOf(where: string, path: string, content: unknown): Axis {
  const values = z.array(value).min(1).safeParse(content);
  if (!values.success) throw new UserError(`${where}: ${path} wants a list of values, such as 2,3,4`);
  const texts = values.data.map((each) => JSON.stringify(each));
  const twice = texts.find((text, i) => texts.indexOf(text) !== i);
  if (twice !== undefined) throw new UserError(`${where}: ${path} lists ${twice} twice`);
  return { path, values: values.data };
}

function read(where: string, from: () => unknown): unknown {
  try {
    return from();
  } catch (error) {
    throw new UserError(`${where}: ${(error as Error).message.split('\n')[0]}`);
  }
}
