import { describe, expect, it } from 'vitest';
import { MEMORY_MB } from '../../lib/memory.ts';
import { JOBS } from '../../lib/stacks/trader-stack.ts';
import { resourcesOf, synthesized } from './testing/synthesized.ts';

describe('the functions', () => {
  const functions = resourcesOf(synthesized(), 'AWS::Lambda::Function').map(({ Properties }) => Properties);
  const ours = (job: string) => functions.find(({ FunctionName: name }) => name === `247trader-live-${job}`);

  it.each(JOBS)('%s runs on arm64 and Node 24 with the memory that was chosen by measuring', (job) => {
    expect(ours(job)).toMatchObject({
      Architectures: ['arm64'],
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      MemorySize: MEMORY_MB[job],
    });
  });
});
