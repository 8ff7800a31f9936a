import type { Command } from 'commander';
import { vi } from 'vitest';

/** What a command prints to its standard output. */
export async function printedBy(command: Command, args: readonly string[]): Promise<string> {
  const parts: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void parts.push(line));
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => parts.push(String(text)) > 0);
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  try {
    await command
      .exitOverride()
      .configureOutput({ writeErr: () => undefined })
      .parseAsync([...args], { from: 'user' });
  } finally {
    vi.restoreAllMocks();
  }
  return parts.join('\n');
}
