import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { expect, it } from 'vitest';
import { COMMANDS } from './command-list.ts';

it('every command goes by the name that it is loaded by, and says what it does', async () => {
  for (const [name, load] of Object.entries(COMMANDS)) {
    const command = await load();
    expect(command.name()).toBe(name);
    expect(command.description(), name).not.toBe('');
  }
}, 60_000);

it('every command, and every one below it, speaks JSON for machines', async () => {
  const commands = await Promise.all(Object.values(COMMANDS).map((load) => load()));
  const asked = commands.flatMap(doers);
  expect(asked.length).toBeGreaterThan(40);
  const mute = asked.filter(({ options }) => !options.some(({ long }) => long === '--json'));
  expect(mute.map((command) => command.name())).toEqual([]);
}, 60_000);

it('every command stands in the table of the README, and nothing else does', () => {
  const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8');
  const table = readme.slice(readme.indexOf('\n## Commands\n'), readme.indexOf('\n## Proofs and measurements\n'));
  const cells = [...table.matchAll(/^\| (`.*?) \| /gm)].map(([, cell]) => cell ?? '');
  const named = cells.flatMap((cell) => [...cell.matchAll(/`([a-z][a-z-]*)/g)].map(([, name]) => name));
  expect([...new Set(named)].sort()).toEqual(Object.keys(COMMANDS).sort());
});

function doers(command: Command): readonly Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(doers);
}
