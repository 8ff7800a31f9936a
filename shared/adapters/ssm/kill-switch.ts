import { GetParameterCommand, PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { KillState, KillSwitch, KillSwitchControl } from '../../ports/kill-switch.ts';
import { killStateFrom, killStateText, unreadable } from './kill-state.ts';

export function killSwitchName(stage: string): string {
  return `/247trader/${stage}/kill-switch`;
}

/** Reads the parameter anew each time; slow, missing, forbidden or misspelt is killed [I4]. */
export function ssmKillSwitch(client: SSMClient, parameterName: string, timeoutMs = 2_000): KillSwitch {
  return {
    async read(): Promise<KillState> {
      const abort = new AbortController();
      let timer: NodeJS.Timeout | undefined;
      // The race and not the abort signal alone: resolving credentials does not listen to the signal.
      const tooLate = new Promise<KillState>((resolve) => {
        timer = setTimeout(() => resolve(unreadable(`no answer within ${timeoutMs} ms`)), timeoutMs);
      });
      try {
        return await Promise.race([readParameter(client, parameterName, abort.signal), tooLate]);
      } finally {
        clearTimeout(timer);
        abort.abort();
      }
    },
  };
}

/** Pulls or arms the switch. Errors escape: whoever pulls it must know that it did not move. */
export async function setSsmKillSwitch(client: SSMClient, parameterName: string, state: KillState): Promise<void> {
  const value = killStateText(state);
  await client.send(new PutParameterCommand({ Name: parameterName, Value: value, Type: 'String', Overwrite: true }));
}

/** The switch in an operator's hand. */
export function ssmKillSwitchControl(client: SSMClient, parameterName: string): KillSwitchControl {
  return { ...ssmKillSwitch(client, parameterName), set: (state) => setSsmKillSwitch(client, parameterName, state) };
}

async function readParameter(client: SSMClient, name: string, abortSignal: AbortSignal): Promise<KillState> {
  try {
    const { Parameter: parameter } = await client.send(new GetParameterCommand({ Name: name }), { abortSignal });
    return killStateFrom(parameter?.Value, parameter?.LastModifiedDate?.getTime());
  } catch (error) {
    return unreadable(error instanceof Error ? `${error.name}: ${error.message}` : 'unknown error');
  }
}
