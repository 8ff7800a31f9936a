import type { KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';

/** A file of its own, so that only who has a key loads what signs with it. */
export function signJwt(
  header: Readonly<Record<string, string>> & { readonly alg: string },
  claims: Readonly<Record<string, string | number>>,
  key: KeyObject,
): Promise<string> {
  return new SignJWT({ ...claims }).setProtectedHeader({ ...header }).sign(key);
}
