import type { ApiKey, KeyPurpose } from '../ports/secrets.ts';
import { keepSecret } from './known-secrets.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The variables that hold a key outside of AWS. */
export const KEY_VARIABLES: Readonly<Record<KeyPurpose, { readonly name: string; readonly privateKey: string }>> = {
  view: { name: 'COINBASE_VIEW_KEY_NAME', privateKey: 'COINBASE_VIEW_PRIVATE_KEY' },
  trade: { name: 'COINBASE_TRADE_KEY_NAME', privateKey: 'COINBASE_TRADE_PRIVATE_KEY' },
};

/** undefined: not given. Throws, naming the variable and no value, when only half of it is. */
export function environmentKey(env: Environment, purpose: KeyPurpose): ApiKey | undefined {
  const variables = KEY_VARIABLES[purpose];
  const name = env[variables.name] || undefined;
  const privateKey = env[variables.privateKey] || undefined;
  if (privateKey !== undefined) keepSecret(privateKey);
  if (name === undefined && privateKey === undefined) return undefined;
  if (name !== undefined && privateKey !== undefined) return { name, privateKey };
  const missing = name === undefined ? variables.name : variables.privateKey;
  throw new Error(`${missing} is not set: a key is its name and its private key`);
}
