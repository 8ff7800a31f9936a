import { createInterface } from 'node:readline/promises';
import { UserError } from '../user-error.ts';

/**
 * Lets a person type a phrase before something that cannot be taken back. `typed`: what --confirm brought; without it
 * the person is asked, and where nobody can be asked it is refused.
 */
export async function confirmTyped(phrase: string, consequence: string, typed: string | undefined): Promise<void> {
  const answer = typed ?? (await ask(`${consequence}\nType "${phrase}" to go on: `));
  if (answer === null) throw new UserError(`${consequence}: nobody can be asked here; pass --confirm "${phrase}"`);
  if (answer.trim() !== phrase)
    throw new UserError(`not confirmed: "${phrase}" was not typed, and nothing was changed`);
}

async function ask(question: string): Promise<string | null> {
  if (!process.stdin.isTTY) return null;
  const dialogue = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await dialogue.question(question);
  } finally {
    dialogue.close();
  }
}
