import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';

export interface Mail {
  readonly atMs: number;
  readonly topic: string;
  readonly subject: string;
  readonly text: string;
}

/** Whoever is subscribed: takes what SNS posts, and confirms a subscription the way a person opens the link in the mail. */
export interface Inbox {
  readonly url: string;
  readonly mails: readonly Mail[];
  readonly confirmed: readonly string[];
  close(): void;
}

const posted = z.object({
  Type: z.string(),
  TopicArn: z.string(),
  Subject: z.string().nullish(),
  Message: z.string(),
  SubscribeURL: z.string().optional(),
});

export async function openInbox(): Promise<Inbox> {
  const mails: Mail[] = [];
  const confirmed: string[] = [];
  const server = createServer(async (request, reply) => {
    const chunks: string[] = [];
    for await (const chunk of request) chunks.push(String(chunk));
    reply.end();
    const { Type, TopicArn, Subject, Message, SubscribeURL } = posted.parse(JSON.parse(chunks.join('')));
    if (Type === 'SubscriptionConfirmation' && SubscribeURL !== undefined) {
      await fetch(SubscribeURL, { signal: AbortSignal.timeout(10_000) });
      confirmed.push(TopicArn);
      return;
    }
    mails.push({ atMs: Date.now(), topic: TopicArn.split(':').at(-1) ?? '', subject: Subject ?? '', text: Message });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    mails,
    confirmed,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
