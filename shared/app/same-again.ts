import { canonicalJson } from '../core/cycle/canonical-json.ts';
import { decide } from '../core/cycle/decide.ts';
import { decodeCycle } from '../core/cycle/decode.ts';
import { encodeDecision } from '../core/cycle/encode.ts';

/** Whether an archived cycle is decided as it was [I8]. What cannot even be read back cannot be replayed either. */
export function sameAgain(text: string): boolean {
  try {
    const { snapshot, account, config, decision } = decodeCycle(text);
    return encodeDecision(decide(snapshot, account, config)) === canonicalJson(decision);
  } catch {
    return false;
  }
}

/** Whether an archived cycle says that another version of the code decided it: that one may have decided otherwise. */
export function isOfOtherCode(text: string, codeVersion: string): boolean {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json !== 'object' || json === null || !('code_version' in json)) return false;
    return typeof json.code_version === 'string' && json.code_version !== codeVersion;
  } catch {
    return false;
  }
}
