import { SQSClient } from '@aws-sdk/client-sqs';
import type { StageTable } from './books.ts';
import type { Binding } from './evidence.ts';
import type { Inbox } from './inbox.ts';
import type { Journal } from './journal.ts';
import type { Programs } from './programs.ts';
import type { StackOutputs } from './stack.ts';
import type { Ticks } from './ticks.ts';
import type { Venue } from './venue.ts';

/** A deployed stage on the emulator, its exchange, and who watches. */
export interface StageUnderTest {
  readonly journal: Journal;
  readonly programs: Programs;
  readonly venue: Venue;
  readonly inbox: Inbox;
  readonly outputs: StackOutputs;
  readonly table: StageTable;
  readonly ticks: Ticks;
  readonly sqs: SQSClient;
  readonly binding: Binding;
  /** Holds what a run makes; deleted at its end. */
  readonly home: string;
  /** When the stage was deployed first. */
  readonly deployedAtMs: number;
}

export function queueClient(endpoint: string): SQSClient {
  return new SQSClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
}
