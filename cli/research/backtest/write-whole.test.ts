import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { prepareFor } from './write-whole.ts';

const BYTES = 80_000_000;

it('takes no device for a file: moved into its place, the report would stand there for everybody', () => {
  const bin = mkdtempSync(join(tmpdir(), 'whole-'));
  onTestFinished(() => rmSync(bin, { recursive: true }));
  expect(() => prepareFor('/dev/null')).toThrow('it is a device or a pipe');
  expect(() => prepareFor(bin)).toThrow('it is a folder');
  expect(() => prepareFor(join(bin, 'new', 'report.json'))).not.toThrow();
});

it('[REQ-BT2] leaves nothing half-written when it is interrupted in the middle of it', {
  timeout: 60_000,
}, async () => {
  const dir = mkdtempSync(join(tmpdir(), 'whole-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const module = JSON.stringify(join(import.meta.dirname, 'write-whole.ts'));
  const script = [
    `const { writeWhole } = await import(${module});`,
    `const text = 'x'.repeat(${BYTES});`,
    `for (let i = 0; i < 4; i += 1) writeWhole(${JSON.stringify(join(dir, 'report.json'))}, text);`,
  ].join('\n');
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  // As soon as a file that is being written can be seen.
  const watch = setInterval(() => {
    if (readdirSync(dir).some((name) => name.endsWith('.tmp'))) child.kill('SIGINT');
  }, 1);
  await new Promise((done) => child.once('close', done));
  clearInterval(watch);

  expect(readdirSync(dir).filter((name) => name !== 'report.json')).toEqual([]);
  if (readdirSync(dir).length > 0) expect(statSync(join(dir, 'report.json')).size).toBe(BYTES);
});
