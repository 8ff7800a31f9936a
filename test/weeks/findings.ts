import type { Break } from './break.ts';

/** What is not as it should be at this moment, and for how many completed calm cycles it may stay so. */
export interface Finding {
  readonly kind: Break['kind'];
  readonly subject: string;
  readonly detail: string;
  readonly patience: number;
}

export interface Findings {
  /** Reported once for each subject: what stays wrong is one break. */
  once(kind: Break['kind'], subject: string, detail: string): void;
  /** All that is found now; what is not among it any more is forgotten. */
  look(found: readonly Finding[], counts: boolean): void;
}

export function findings(report: (kind: Break['kind'], detail: string) => void): Findings {
  const told = new Set<string>();
  let ages = new Map<string, number>();
  const once: Findings['once'] = (kind, subject, detail) => {
    const key = `${kind} ${subject}`;
    if (!told.has(key)) report(kind, `${subject}: ${detail}`);
    told.add(key);
  };
  return {
    once,
    look(found, counts) {
      const next = new Map<string, number>();
      for (const { kind, subject, detail, patience } of found) {
        const age = (ages.get(`${kind} ${subject}`) ?? 0) + Number(counts);
        next.set(`${kind} ${subject}`, age);
        if (age > patience) once(kind, subject, detail);
      }
      ages = next;
    },
  };
}
