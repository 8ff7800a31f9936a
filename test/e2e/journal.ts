export interface Expectation {
  readonly step: string;
  readonly what: string;
  readonly holds: boolean;
  readonly detail: string;
}

/** What happened, as it happens: figures, and expectations that hold or do not. */
export interface Journal {
  /** Opens a step; what follows belongs to it. */
  step(name: string): void;
  say(text: string): void;
  /** A run goes on after one that does not hold: everything else is worth knowing. */
  expect(what: string, holds: boolean, detail?: string): void;
  figure(name: string, value: number): void;
  skip(what: string, why: string): void;
  readonly expectations: readonly Expectation[];
  readonly figures: Readonly<Record<string, number>>;
  readonly skipped: readonly string[];
}

export function createJournal(print: (line: string) => void, nowMs: () => number = () => performance.now()): Journal {
  const startedMs = nowMs();
  const expectations: Expectation[] = [];
  const figures: Record<string, number> = {};
  const skipped: string[] = [];
  let step = 'start';
  const line = (mark: string, text: string) => {
    const seconds = ((nowMs() - startedMs) / 1_000).toFixed(1).padStart(6);
    print(`${seconds} s  ${step.padEnd(10)} ${mark.padEnd(6)} ${text}`);
  };
  return {
    step: (name) => {
      step = name;
    },
    say: (text) => line('', text),
    expect(what, holds, detail = '') {
      expectations.push({ step, what, holds, detail });
      line(holds ? 'ok' : 'FAILED', detail === '' ? what : `${what}: ${detail}`);
    },
    figure(name, value) {
      figures[name] = Math.round(value);
    },
    skip(what, why) {
      skipped.push(`${what}: ${why}`);
      line('skip', `${what}: ${why}`);
    },
    expectations,
    figures,
    skipped,
  };
}
