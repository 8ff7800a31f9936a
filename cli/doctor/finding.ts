import { awsRemedyOf, isDenied } from '../operator/aws-remedy.ts';

/** What one check of the doctor found. */
export interface Finding {
  readonly check: string;
  /** 'not_checked': it could not be looked at from here, and `mend` says how to look. */
  readonly status: 'ok' | 'problem' | 'not_checked';
  readonly detail: string;
  /** What to do; null when all is well. */
  readonly mend: string | null;
}

export function ok(check: string, detail: string): Finding {
  return { check, status: 'ok', detail, mend: null };
}

export function problem(check: string, detail: string, mend: string): Finding {
  return { check, status: 'problem', detail, mend };
}

export function notChecked(check: string, detail: string, mend: string): Finding {
  return { check, status: 'not_checked', detail, mend };
}

export interface Check {
  readonly name: string;
  readonly run: () => Promise<readonly Finding[]>;
}

/** Runs every check; one that throws is a finding as well, by the error's name alone. */
export async function runChecks(checks: readonly Check[]): Promise<readonly Finding[]> {
  const found = await Promise.all(
    checks.map(({ name, run }) => run().catch((error: unknown) => [refusedBy(name, error)])),
  );
  return found.flat();
}

/** Why a part could not be looked at. Whoever is not signed in is not told to deploy. */
export function refusedBy(name: string, error: unknown): Finding {
  const kind = error instanceof Error ? error.name : 'unknown error';
  const mend = awsRemedyOf(error);
  if (isDenied(error)) return problem(name, `not permitted (${kind})`, mend ?? 'ask an operator of this account');
  const why = kind === 'Error' ? (error as Error).message : kind;
  return problem(
    name,
    `cannot be read (${why})`,
    mend ?? 'is the stage deployed in this account and region? npx cdk deploy',
  );
}
