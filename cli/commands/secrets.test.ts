import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { redactText } from '../../shared/adapters/redact.ts';
import { broughtKey, secretsCommand } from './secrets.ts';

test('[REQ-SEC2] a new key comes from a file, and what is wrong with it is said without a part of it', () => {
  const dir = mkdtempSync(join(tmpdir(), 'key-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const file = join(dir, 'key.json');
  writeFileSync(file, '{"name":"n","privateKey":"hunter2-hunter2"}');
  expect(broughtKey(file).key).toEqual({ name: 'n', privateKey: 'hunter2-hunter2' });
  writeFileSync(file, '{"name":"hunter2-hunter2"}');
  expect(() => broughtKey(file)).toThrow(`--from ${file} must be the JSON text of a key file`);
  expect(() => broughtKey(file)).not.toThrow(/hunter2/);
  expect(redactText(messageOf(() => broughtKey(file)))).not.toContain('[redacted]');
  expect(() => broughtKey(join(dir, 'none'))).toThrow('cannot be read (ENOENT)');
});

test('[REQ-SEC2] an address that is none is refused by name, before a key is put anywhere', async () => {
  const rotate = secretsCommand()
    .commands.find((command) => command.name() === 'rotate')
    ?.exitOverride();
  rotate?.configureOutput({ writeErr: () => undefined });
  const args = ['--stage', 'live', '--key', 'trade', '--from', '-', '--exchange-url', 'notaurl'];
  await expect(rotate?.parseAsync(args, { from: 'user' })).rejects.toThrow(
    "option '--exchange-url <url>' argument 'notaurl' is invalid",
  );
});

test('[REQ-SEC2] no option takes a key itself: the command line is no place for one', () => {
  const rotate = secretsCommand().commands.find((command) => command.name() === 'rotate');
  expect(rotate?.options.map(({ long }) => long).sort()).toEqual([
    '--config',
    '--exchange-url',
    '--from',
    '--json',
    '--key',
    '--stage',
  ]);
});

function messageOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}
