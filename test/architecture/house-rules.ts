import { codeOf, isTestCode, type SourceFile } from './source-file.ts';

/** One forbidden thing: what it looks like in code (comments and plain strings removed) and where it is allowed. */
interface HouseRule {
  readonly name: string;
  readonly appliesTo: (path: string) => boolean;
  readonly forbidden: RegExp;
}

const isCore = (path: string) => path.startsWith('shared/core/') && !isTestCode(path);
const DECIDES =
  /^shared\/core\/(cycle|execution|exits|indicators|integrator|market|portfolio|regime|risk|strategies|universe)\//;
// A test may forge an order to have one; it reaches no exchange.
const isAnyBut = (allowed: string) => (path: string) => path !== allowed && !isTestCode(path);
const isOutside = (allowed: RegExp) => (path: string) => !allowed.test(path) && !isTestCode(path);

export const HOUSE_RULES: readonly HouseRule[] = [
  { name: 'core reads no clock', appliesTo: isCore, forbidden: /\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\./ },
  { name: 'core has no randomness', appliesTo: isCore, forbidden: /\bMath\.random\b|\bcrypto\./ },
  {
    name: 'what decides computes nothing that the standard leaves to the engine [I8]',
    appliesTo: (path) => DECIDES.test(path) && !isTestCode(path),
    forbidden: /\bMath\.(a?(sin|cos|tan)h?|atan2|cbrt|exp|expm1|hypot|log|log1p|log2|log10|pow)\b|\*\*/,
  },
  {
    // A WeakMap knows an answer only while the very input is there that it was made of.
    name: 'what decides keeps no memory beside the account [I8] [I9]',
    appliesTo: (path) => DECIDES.test(path) && !isTestCode(path),
    forbidden: /^(?:export )?(?:let|var)\b|^(?:export )?const \w+(?:: (?!Readonly)[^=\n]*)? = new (?:Map|Set)\b/m,
  },
  {
    name: 'core is synchronous',
    appliesTo: isCore,
    forbidden: /\basync\b|\bawait\b|\bPromise\b|\bsetTimeout\b|\bsetInterval\b|\bqueueMicrotask\b/,
  },
  { name: 'core does no I/O', appliesTo: isCore, forbidden: /\bfetch\(|\bprocess\.|\bglobalThis\b/ },
  {
    name: 'only compose.ts and the command line read the environment',
    appliesTo: isOutside(/^lambdas\/[^/]+\/compose\.ts$|^(cli|bin|bench)\//),
    forbidden: /\bprocess\.env\b|\bprocess\[/,
  },
  {
    name: 'only scripts write to the console',
    appliesTo: isOutside(/^(cli|bin|bench)\//),
    forbidden: /\bconsole\./,
  },
  { name: 'no default exports', appliesTo: () => true, forbidden: /\bexport\s+default\b|\bas default\b/ },
  {
    name: 'only assess mints an ApprovedOrder [I1]',
    appliesTo: isAnyBut('shared/core/risk/assess.ts'),
    forbidden: /\bas\s+(readonly\s+)?ApprovedOrder\b|<ApprovedOrder>\s*[({\w]/,
  },
  {
    name: 'only sendable-order.ts mints a SendableOrder [I1]',
    appliesTo: isAnyBut('shared/core/execution/sendable-order.ts'),
    forbidden: /\bas\s+(readonly\s+)?SendableOrder\b|<SendableOrder>\s*[({\w]/,
  },
];

const MAX_LINES = { code: 250, test: 500 };

/** The names of the rules that the file breaks. */
export function brokenRules(file: SourceFile): readonly string[] {
  const code = codeOf(file.text, 'blank');
  const broken = HOUSE_RULES.filter((rule) => rule.appliesTo(file.path) && rule.forbidden.test(code));
  const lines = file.text.split('\n').length - 1;
  const limit = isTestCode(file.path) ? MAX_LINES.test : MAX_LINES.code;
  const length = lines > limit ? [`at most ${limit} lines in a file (${lines})`] : [];
  return [...broken.map((rule) => rule.name), ...length];
}
