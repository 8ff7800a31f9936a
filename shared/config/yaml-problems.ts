interface Problem {
  readonly problem: string;
  readonly remedy: string;
}

/** A config has no reason to go deeper. */
export const MAX_DEPTH = 12;

/** Our own words for the parser's codes: its messages quote the text, and the text could be a secret. */
const PROBLEMS: Readonly<Record<string, Problem>> = {
  TAB_AS_INDENT: { problem: 'a tab is used for indentation', remedy: 'indent with spaces' },
  BAD_INDENT: { problem: 'the indentation does not fit', remedy: 'align the line with the keys of the same mapping' },
  MISSING_CHAR: { problem: 'a character is missing', remedy: 'look for an unclosed quote, bracket, or a missing ":"' },
  MULTILINE_IMPLICIT_KEY: { problem: 'a key spans several lines', remedy: 'look for a missing ":" or quote' },
  BLOCK_AS_IMPLICIT_KEY: { problem: 'two keys stand on one line', remedy: 'put each "key: value" on its own line' },
  BLOCK_IN_FLOW: { problem: 'an indented block stands inside brackets', remedy: 'close the bracket before the block' },
  BAD_ALIAS: { problem: 'an alias is not valid', remedy: 'write the value out instead of *name' },
  RESOURCE_EXHAUSTION: { problem: 'is nested too deeply', remedy: `nest at most ${MAX_DEPTH} levels` },
  MULTIPLE_DOCS: { problem: 'the file holds several documents', remedy: 'remove the "---" separators' },
  TAG_RESOLVE_FAILED: { problem: 'a tag is not known', remedy: 'remove the tag (the word that starts with "!")' },
};

export function yamlProblem(code: string): Problem {
  const fallback = {
    problem: `the line is not valid YAML (${code})`,
    remedy: 'put text with special characters in quotes',
  };
  return PROBLEMS[code] ?? fallback;
}
