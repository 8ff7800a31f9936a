import { describe, expect, it } from 'vitest';
import { subscriptionSchema } from './subscription-schema.ts';

const accepts = (protocol: string, endpoint: string) =>
  subscriptionSchema.safeParse({ topic: 'alerts', protocol, endpoint }).success;

describe('a subscription in the config', () => {
  it.each([
    ['email', 'you@example.com', '+15551234567'],
    ['sms', '+15551234567', '5551234'],
    ['https', 'https://pager.example/hook', 'https://pager.example/hook?key=secret'],
    ['https', 'https://pager.example/hook', 'http://pager.example/hook'],
    ['https', 'https://pager.example/hook', 'https://user:word@pager.example'],
  ])('by %s takes %s and refuses %s', (protocol, right, wrong) => {
    expect(accepts(protocol, right)).toBe(true);
    expect(accepts(protocol, wrong)).toBe(false);
  });

  it('is of a topic and a protocol that there are', () => {
    expect(accepts('fax', '+15551234567')).toBe(false);
    expect(subscriptionSchema.safeParse({ topic: 'all', protocol: 'sms', endpoint: '+15551234567' }).success).toBe(
      false,
    );
  });
});
