import type { AlertChannel } from '../../ports/notifier.ts';

export interface NamedChannel extends AlertChannel {
  readonly name: string;
}

/**
 * Several channels as one. Each is tried; one that fails is reported, and only when all of them fail was the message not
 * sent: a chat that is down must not stop what another channel has told.
 */
export function fanOut(
  channels: readonly NamedChannel[],
  onFailure: (channel: string, error: unknown) => void,
): AlertChannel {
  return {
    async send(notice) {
      const outcomes = await Promise.allSettled(channels.map((channel) => channel.send(notice)));
      const failures = outcomes.flatMap((outcome, index) => {
        if (outcome.status === 'fulfilled') return [];
        onFailure(channels[index]?.name ?? '', outcome.reason);
        return [outcome.reason as unknown];
      });
      if (failures.length === channels.length) throw new AggregateError(failures, 'no channel took the alert');
    },
  };
}
