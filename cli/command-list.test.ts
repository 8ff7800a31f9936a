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

function doers(command: Command): readonly Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(doers);
}
