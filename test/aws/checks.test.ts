import { App } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkWithAwsSolutions } from '../../lib/checks.ts';
import { TraderStack } from '../../lib/stacks/trader-stack.ts';
import { SETTINGS } from './testing/synthesized.ts';

/** As bin/247trader.ts does it, with the template validator in strict mode. */
function checked(change: (stack: TraderStack) => void = () => undefined, hasAll = true): App {
  const app = new App({ context: { '@aws-cdk/core:validateAgainstDefaultRules': true } });
  const settings = { ...SETTINGS, hasChat: hasAll, mayTrade: hasAll };
  const stack = new TraderStack(app, 'Trader', {
    settings,
    code: () => Code.fromInline('exports.handler = async () => {};'),
  });
  change(stack);
  checkWithAwsSolutions(app, stack);
  return app;
}

describe('the synthesis', () => {
  // The findings are printed before the synthesis throws.
  beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => undefined));
  afterEach(() => vi.restoreAllMocks());

  it.each([true, false])('finds nothing against AwsSolutions that is not acknowledged (all parts: %s)', (hasAll) => {
    expect(() => checked(undefined, hasAll).synth()).not.toThrow();
  });

  it('stops at a bucket that takes plain http', () => {
    const app = checked((stack) => void new Bucket(stack, 'Planted'));

    expect(() => app.synth()).toThrow('AwsSolutions-S10');
  });
});
