import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { TraderStack } from '../../../lib/stacks/trader-stack.ts';
import type { StageSettings } from '../../../lib/stage-settings.ts';

export const SETTINGS: StageSettings = {
  stage: 'live',
  intervalMinutes: 1,
  jitterPct: 10,
  cycleSeconds: 50,
  retentionDays: 90,
  isGuarded: true,
  mayTrade: true,
  escalateAfterSeconds: 120,
  hasChat: true,
  subscriptions: [
    { topic: 'alerts', protocol: 'email', endpoint: 'you@example.com' },
    { topic: 'escalations', protocol: 'sms', endpoint: '+15551234567' },
  ],
};

const made = new Map<string, Template>();

/** The stack's template, with a line of code in place of each bundle. Made once for the same settings. */
export function synthesized(settings: Partial<StageSettings> = {}): Template {
  const key = JSON.stringify(settings);
  const template = made.get(key) ?? synthesize({ ...SETTINGS, ...settings });
  made.set(key, template);
  return template;
}

function synthesize(settings: StageSettings): Template {
  const stack = new TraderStack(new App(), 'Trader', {
    settings,
    code: () => Code.fromInline('exports.handler = async () => {};'),
  });
  return Template.fromStack(stack);
}

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
}

export function resourcesOf(template: Template, type?: string): readonly Resource[] {
  const all = Object.values(template.toJSON()['Resources'] as Record<string, Resource>);
  return type === undefined ? all : all.filter(({ Type }) => Type === type);
}
