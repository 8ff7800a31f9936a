import { InvalidArgumentError, Option } from 'commander';
import { checkedApiUrl } from '../../shared/adapters/coinbase/settings.ts';

/** Refused before anything is done with it: a key that was staged for its probe would stay beside the one in use. */
export function exchangeUrlOption(description: string): Option {
  return new Option('--exchange-url <url>', description).argParser((text) => {
    try {
      checkedApiUrl(text);
    } catch (error) {
      throw new InvalidArgumentError((error as Error).message.replace(/^apiUrl/, 'It'));
    }
    return text;
  });
}
