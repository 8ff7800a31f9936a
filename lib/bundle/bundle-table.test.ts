import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bundleTable } from './bundle-table.ts';

const dir = mkdtempSync(join(tmpdir(), 'bundle-table-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function lambda(name: string, asset: string) {
  return {
    Type: 'AWS::Lambda::Function',
    Properties: { Environment: { Variables: { POWERTOOLS_SERVICE_NAME: name } } },
    Metadata: { 'aws:asset:path': asset },
  };
}

describe('the table of bundles', () => {
  it('adds up the files of each function and names the heaviest first', () => {
    for (const asset of ['asset.a', 'asset.b']) mkdirSync(join(dir, asset));
    writeFileSync(join(dir, 'asset.a', 'index.js'), 'a'.repeat(2_000));
    writeFileSync(join(dir, 'asset.b', 'index.js'), 'b'.repeat(3_000));
    writeFileSync(join(dir, 'asset.b', 'chunk-1.js'), 'c'.repeat(500));
    writeFileSync(join(dir, 'asset.b', 'config.json'), '{}');
    const Resources = { A: lambda('watch', 'asset.a'), B: lambda('decide', 'asset.b'), T: { Type: 'AWS::SNS::Topic' } };
    writeFileSync(join(dir, 'x.template.json'), JSON.stringify({ Resources }));

    expect(bundleTable(dir).map((line) => line.trim().split(/ +/).slice(0, 2))).toEqual([
      ['bundle', 'kB'],
      ['decide', '3.5'],
      ['watch', '2.0'],
    ]);
  });

  it('says nothing of a stage that was not synthesized', () => {
    expect(bundleTable(join(dir, 'nowhere'))).toEqual([]);
  });
});
