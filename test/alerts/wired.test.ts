import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ALERTS, type AlertKind } from '../../shared/core/alerts/catalogue.ts';

const projectDir = join(import.meta.dirname, '../..');
const KINDS = Object.keys(ALERTS) as readonly AlertKind[];
const PARTS = ['What it means.', 'What the bot has done.', 'What you do.'];

/** Where alerts are raised: use cases, decisions, functions, the command line. */
const SOURCES = ['shared/app', 'shared/core', 'lambdas', 'cli'];
const RAISES = /\b(?:alert|resolve|raised)\(|\bbreach/i;
/** Somebody might write a kind as a bare word to `alert`: the compiler refuses it, and this finds what it was told to let pass. */
const RAISED_WORD = /\b(?:alert|resolve)\(\s*[\w.]+,\s*'(\w+)'/g;

interface Source {
  readonly path: string;
  readonly text: string;
}

describe('every alert', () => {
  let code: readonly Source[];
  let tests: readonly Source[];
  let pages: ReadonlyMap<string, string>;
  beforeAll(() => {
    const all = [...SOURCES, 'test'].flatMap(sourcesIn);
    const isTest = ({ path }: Source) => /\.(test|contract)\.ts$|^test\//.test(path);
    code = all.filter(
      (source) => !isTest(source) && RAISES.test(source.text) && !source.path.endsWith('/catalogue.ts'),
    );
    tests = all.filter((source) => isTest(source) && !source.path.endsWith('/wired.test.ts'));
    pages = pagesOf(readFileSync(join(projectDir, 'docs/runbook.md'), 'utf8'));
  });

  it.each(KINDS)('[REQ-AL1] %s is raised by the code', (kind) => {
    expect(code.filter(({ text }) => text.includes(`'${kind}'`)).map(({ path }) => path)).not.toEqual([]);
  });

  it.each(KINDS)('[REQ-AL1] %s is raised by a test', (kind) => {
    const named = new RegExp(`['"\`](?:CRITICAL |WARNING |INFO )?${kind}(?::|['"\`])`);
    expect(tests.filter(({ text }) => named.test(text)).map(({ path }) => path)).not.toEqual([]);
  });

  it.each(KINDS)('[REQ-AL1] %s has a page in the runbook, with all three parts in their order', (kind) => {
    const page = pages.get(kind) ?? '';
    const found = [...page.matchAll(/^\*\*(.+?)\*\* \S/gm)].map(([, part]) => part);
    expect(found).toEqual(PARTS);
  });

  it.each(KINDS)('[REQ-AL1] %s has a title and a remedy that fit into a message', (kind) => {
    const { title, remedy } = ALERTS[kind];
    expect(title).toMatch(/^.{4,60}$/);
    expect(remedy).toMatch(/^.{4,90}$/);
  });

  it('[REQ-AL1] that the code raises is in the catalogue', () => {
    const words = code.flatMap(({ text }) => [...text.matchAll(RAISED_WORD)].map(([, word]) => word));
    expect(words.length).toBeGreaterThan(10);
    expect(words.filter((word) => !KINDS.includes(word as AlertKind))).toEqual([]);
  });

  it('[REQ-AL1] page of the runbook is about an alert that there is', () => {
    const names = [...pages.keys()].filter((name) => /^[A-Z][A-Z_]+$/.test(name));
    expect(names.filter((name) => !KINDS.includes(name as AlertKind))).toEqual([]);
  });

  it('[REQ-AL1] that only a person can end calls somebody, and what is over at once calls nobody', () => {
    for (const kind of KINDS) {
      const { ends, escalates } = ALERTS[kind];
      if (ends === 'operator') expect(escalates, kind).toBe(true);
      if (ends === 'at_once') expect(escalates, kind).toBe(false);
    }
  });
});

function sourcesIn(folder: string): readonly Source[] {
  return readdirSync(join(projectDir, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({
      path: `${folder}/${name.replaceAll('\\', '/')}`,
      text: readFileSync(join(projectDir, folder, name), 'utf8'),
    }));
}

function pagesOf(markdown: string): ReadonlyMap<string, string> {
  return new Map(
    markdown
      .split(/^## /m)
      .slice(1)
      .map((section) => [section.split('\n', 1)[0]?.trim() ?? '', section] as const),
  );
}
