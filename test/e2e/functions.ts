import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import type { Job } from '../../lib/stacks/trader-stack.ts';
import type { Programs } from './programs.ts';

export interface LogLine {
  readonly atMs: number;
  readonly text: string;
  /** The line as JSON; undefined where it is none. */
  readonly json: Readonly<Record<string, unknown>> | undefined;
}

const events = z.object({ events: z.array(z.object({ timestamp: z.number(), message: z.string() })) });
const invoked = z.object({ StatusCode: z.number(), FunctionError: z.string().optional() });
const described = z.object({ CodeSha256: z.string(), LastModified: z.string() });

export function functionName(job: Job): string {
  return `247trader-live-${job}`;
}

/** What the log group of a function says since a moment. */
export async function linesOf({ aws }: Programs, job: Job, sinceMs: number): Promise<readonly LogLine[]> {
  const group = `/aws/lambda/${functionName(job)}`;
  const answer = events.parse(
    await aws('logs', 'filter-log-events', '--log-group-name', group, '--start-time', String(Math.floor(sinceMs))),
  );
  return answer.events.map(({ timestamp, message }) => ({ atMs: timestamp, text: message, json: jsonOf(message) }));
}

function jsonOf(text: string): LogLine['json'] {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Invokes and waits. Answers what it threw, or null. */
export async function invoke({ aws }: Programs, job: Job, event: unknown): Promise<string | null> {
  const dir = mkdtempSync(join(tmpdir(), 'e2e-invoke-'));
  const out = join(dir, 'out.json');
  const payload = ['--payload', JSON.stringify(event)];
  try {
    const answer = invoked.parse(await aws('lambda', 'invoke', '--function-name', functionName(job), ...payload, out));
    return answer.FunctionError === undefined ? null : readFileSync(out, 'utf8');
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** The digest of the code that is deployed, and since when. */
export async function codeOf(
  { aws }: Programs,
  job: Job,
): Promise<{ readonly digest: string; readonly sinceMs: number }> {
  const answer = await aws('lambda', 'get-function-configuration', '--function-name', functionName(job));
  const { CodeSha256: digest, LastModified } = described.parse(answer);
  return { digest, sinceMs: Date.parse(LastModified) };
}
