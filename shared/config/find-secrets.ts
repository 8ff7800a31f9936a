import { type ConfigNode, type ConfigPath, leavesOf } from './config-node.ts';
import { type ConfigFault, faultAt } from './fault.ts';
import { isSecretName, isSecretUnderSecretName, secretShape } from './secret-shapes.ts';

const REMEDY = 'remove it, replace the secret if the file was ever shared, and keep it in the secret store';

/** Secrets by their shape in any line, comments and broken files included [REQ-SEC1]. */
export function secretsInText(file: string, text: string): readonly ConfigFault[] {
  return text.split('\n').flatMap((line, i) => {
    const what = secretShape(line);
    if (what === null) return [];
    const finding = { path: [], problem: `the line holds ${what} in plain text`, remedy: REMEDY };
    return [faultAt({ file, line: i + 1 }, finding)];
  });
}

/** Secrets by the name they stand under, and key material spread over several lines. */
export function secretsInValues(node: ConfigNode, root: ConfigPath): readonly ConfigFault[] {
  return leavesOf(node, root).flatMap(({ path, value, origin }) => {
    const texts = (Array.isArray(value) ? value : [value]).filter(isText).map(String);
    const isNamed = path.some(isSecretName) && texts.some(isSecretUnderSecretName);
    if (!isNamed && texts.every((text) => secretShape(text) === null)) return [];
    return [faultAt(origin, { path, problem: 'holds a secret in plain text', remedy: REMEDY }, value)];
  });
}

function isText(value: unknown): value is string | number {
  return (typeof value === 'string' && value !== '') || typeof value === 'number';
}
