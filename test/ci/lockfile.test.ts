import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

interface Locked {
  readonly integrity?: string;
  readonly inBundle?: true;
  readonly link?: true;
}

it('every package, also of other machines than this one, is installed only with the hash that is on file', () => {
  const text = readFileSync(join(import.meta.dirname, '../../package-lock.json'), 'utf8');
  const { packages } = JSON.parse(text) as { readonly packages: Readonly<Record<string, Locked>> };
  // What comes inside another package is covered by the hash of that one.
  const open = Object.entries(packages).filter(([name, { inBundle, link }]) => name !== '' && !inBundle && !link);

  expect(open.length).toBeGreaterThan(300);
  expect(open.filter(([, { integrity }]) => !integrity?.startsWith('sha512-')).map(([name]) => name)).toEqual([]);
});
