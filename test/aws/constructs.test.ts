import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { describe, expect, it } from 'vitest';
import { TraderStack } from '../../lib/stacks/trader-stack.ts';
import { SETTINGS } from './testing/synthesized.ts';

type Resources = Readonly<Record<string, unknown>>;

/** What each construct of the stack makes, by the construct's name. */
function madeBy(settings: typeof SETTINGS): ReadonlyMap<string, Resources> {
  const stack = new TraderStack(new App(), 'Trader', {
    settings,
    code: () => Code.fromInline('exports.handler = async () => {};'),
  });
  const all = Object.entries(Template.fromStack(stack).toJSON()['Resources'] as Resources);
  const names = stack.node.children.map(({ node }) => node.id).sort((a, b) => b.length - a.length);
  const groups = new Map<string, Record<string, unknown>>();
  for (const [id, resource] of all) {
    const name = names.find((known) => id.startsWith(known)) ?? 'nobody';
    groups.set(name, { ...groups.get(name), [id]: resource });
  }
  return groups;
}

const MADE = madeBy(SETTINGS);

/** Whoever changes what is deployed sees it here, construct by construct, before anybody deploys it. */
describe('the resources of each construct', () => {
  it.each([...MADE.keys()].sort())('%s', (name) => {
    expect(MADE.get(name)).toMatchSnapshot();
  });

  it('all belong to one', () => {
    expect(MADE.has('nobody')).toBe(false);
  });
});
