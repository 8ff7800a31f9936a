import { expect, it } from 'vitest';
import { COMMANDS } from './command-list.ts';

it('every command goes by the name that it is loaded by, and says what it does', async () => {
  for (const [name, load] of Object.entries(COMMANDS)) {
    const command = await load();
    expect(command.name()).toBe(name);
    expect(command.description(), name).not.toBe('');
  }
}, 60_000);
