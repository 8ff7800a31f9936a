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

const DENIED = /AccessDenied|NotAuthorized|UnrecognizedClient|ExpiredToken|InvalidClientToken|AuthorizationError/;

/** Runs every check; one that throws is a finding as well, by the error's name alone. */
export async function runChecks(checks: readonly Check[]): Promise<readonly Finding[]> {
  const found = await Promise.all(
    checks.map(({ name, run }) => run().catch((error: unknown) => [refusedBy(name, error)])),
  );
  return found.flat();
}

function refusedBy(name: string, error: unknown): Finding {
  const kind = error instanceof Error ? error.name : 'unknown error';
  if (DENIED.test(kind)) {
    return problem(name, `not permitted (${kind})`, 'use the credentials of an operator of this account (AWS_PROFILE)');
  }
  return problem(name, `cannot be read (${kind})`, 'is the stage deployed in this account and region? npx cdk deploy');
}
