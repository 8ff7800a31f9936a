import * as z from 'zod';

/** An address that must stay secret belongs into no file: it is subscribed by hand. */
const ENDPOINTS = {
  email: /^[^\s@]{1,64}@[^\s@]{1,190}$/,
  sms: /^\+[1-9]\d{6,14}$/,
  https: /^https:\/\/[^\s@?#]{3,200}$/,
} as const;

/** Who is told, and how: one subscription of a topic on AWS. */
export const subscriptionSchema = z
  .strictObject({
    topic: z.enum(['alerts', 'escalations']),
    protocol: z.enum(['email', 'sms', 'https']),
    endpoint: z.string(),
  })
  .refine(({ protocol, endpoint }) => ENDPOINTS[protocol].test(endpoint), {
    path: ['endpoint'],
    error: 'must be you@example.com, "+15551234567" or an https address without credentials or query',
  });
export type Subscription = Readonly<z.output<typeof subscriptionSchema>>;
