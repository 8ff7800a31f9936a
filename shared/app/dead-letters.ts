import type { IntentQueue } from '../ports/intent-queue.ts';

/**
 * Why nothing new is entered: intents failed for good and nobody has looked at them; null: there are none. A count that
 * cannot be read is not 0.
 */
export async function deadLettersFound(queue: Pick<IntentQueue, 'deadLetters'>): Promise<string | null> {
  try {
    const count = await queue.deadLetters();
    return count === 0 ? null : `${count} dead letters: compare them with trader orders, then delete them`;
  } catch (error) {
    return `the dead letters cannot be counted: ${error instanceof Error ? error.message : 'unknown error'}`;
  }
}
