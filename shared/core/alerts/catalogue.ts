/** From the least to the most urgent. */
export const SEVERITIES = ['INFO', 'WARNING', 'CRITICAL'] as const;
export type Severity = (typeof SEVERITIES)[number];

export interface AlertSpec {
  readonly severity: Severity;
  /**
   * Who sees it end. 'cycle': a decided cycle that no longer meets it. 'raiser': the code that raised it says so.
   * 'operator': nobody can know but a person (`trader alerts resolve`). 'at_once': it happened, and nothing stays open.
   */
  readonly ends: 'cycle' | 'raiser' | 'operator' | 'at_once';
  /** Whether somebody is called when it stays open. Not where the bot goes on soundly without what is missing. */
  readonly escalates: boolean;
  readonly title: string;
  /** The first thing to do, in one line. The rest stands in the runbook. */
  readonly remedy: string;
}

const pages = { severity: 'CRITICAL', ends: 'cycle', escalates: true } as const;
const warns = { severity: 'WARNING', ends: 'cycle', escalates: true } as const;
const tells = { severity: 'WARNING', ends: 'cycle', escalates: false } as const;

/** Every alert there is. The key is the first half of its fingerprint and the heading of its page in the runbook. */
export const ALERTS = {
  KILL_SWITCH: { ...pages, title: 'the kill switch is pulled', remedy: 'read why, check that nothing is left open' },
  REARMED: { ...tells, title: 'the first cycle after a halt', remedy: 'none: it orders no entries and ends by itself' },
  CLOCK: { ...pages, title: 'the clock is not proven', remedy: 'check the time service of the machine' },
  EXCHANGE: { ...pages, title: 'the exchange does not answer', remedy: "look at the exchange's status page" },
  STALENESS: {
    ...warns,
    title: 'market data is stale',
    remedy: 'wait; if all symbols are named, check the connection',
  },
  LEDGER: { ...pages, title: 'entries are blocked by the books', remedy: 'compare books and balances' },
  LEDGER_BREAK: { ...pages, title: 'books and balances differ', remedy: 'find who else moves money in this account' },
  DRAWDOWN: { ...pages, title: 'the drawdown limit is reached', remedy: 'entries stay off; decide whether to go on' },
  DAILY_STOP: {
    ...pages,
    title: 'the daily loss limit is reached',
    remedy: 'entries are off until the loss is smaller or it is tomorrow',
  },
  WEEKLY_STOP: {
    ...pages,
    title: 'the weekly loss limit is reached',
    remedy: 'entries are off until the loss is smaller or the week is over',
  },
  LOSS_STREAK: { ...tells, title: 'a pause after losses', remedy: 'none: it ends by itself' },
  EXPOSURE: { ...warns, title: 'exposure has grown beyond its cap', remedy: 'reduce by hand or accept it' },
  OUTLIER: { ...tells, title: 'a price moved implausibly', remedy: 'none, unless it concerns many symbols' },
  PRODUCT_DISABLED: { ...tells, title: 'a product is not tradable', remedy: 'take it out of the universe if it stays' },
  DATA_MISSING: { ...tells, title: 'data of a symbol is missing', remedy: 'none, unless it concerns many symbols' },
  VALUATION: { ...warns, title: 'a position has no live price', remedy: 'look up its price; it may need to be sold' },
  STRATEGY_FAILED: { ...pages, title: 'a strategy threw', remedy: 'switch it off and report it' },
  STRATEGY_OVERRUN: {
    ...tells,
    ends: 'at_once',
    title: 'a strategy took too long',
    remedy: 'shorten its lookbacks or switch it off',
  },
  LIVE_NOT_AUTHORISED: { ...pages, title: 'LIVE is not authorised', remedy: 'run trader gates, or set PAPER' },
  LIVE_ENDING: { ...warns, ends: 'raiser', title: 'LIVE will end soon', remedy: 'renew what it names: trader gates' },
  LIVE_LEFT: {
    ...tells,
    ends: 'raiser',
    title: 'LIVE holdings nobody follows',
    remedy: 'sell or watch them by hand, or set LIVE',
  },
  DEMOTED: { ...pages, ends: 'operator', title: 'it went back a mode', remedy: 'run trader gates: it says what to do' },
  PARITY_DRIFT: {
    ...pages,
    ends: 'raiser',
    title: 'a replayed day is decided otherwise',
    remedy: 'run trader parity on that day: it shows what differs',
  },
  PROMOTED: {
    ...tells,
    ends: 'at_once',
    title: 'an operator promoted it',
    remedy: 'none, if it was you; else kill it',
  },
  CAPS_LOOSENED: {
    ...tells,
    ends: 'at_once',
    title: 'an operator allowed looser caps',
    remedy: 'none, if it was you; else kill it',
  },
  ORDER_UNKNOWN: {
    ...pages,
    title: 'the fate of an order is unknown',
    remedy: 'do nothing by hand; check that the exchange answers',
  },
  ORDER_NOT_FOUND: {
    ...pages,
    title: 'the exchange does not know an order of ours',
    remedy: 'look for it at the exchange; then trader reconcile',
  },
  SALE_FAILED: { ...warns, title: 'a sale could not be placed', remedy: 'read why; if it stays open, sell by hand' },
  ORDER_MISMATCH: {
    ...pages,
    ends: 'operator',
    title: 'an order came back changed',
    remedy: 'compare record and exchange; check who else uses the key',
  },
  INTENT_WITHOUT_RECORD: {
    ...pages,
    ends: 'operator',
    title: 'a message names no known order',
    remedy: 'find out who feeds the queue or restored the table',
  },
  DEPOSIT: { ...tells, severity: 'INFO', ends: 'at_once', title: 'money came in', remedy: 'none, if it was you' },
  WITHDRAWAL: {
    ...tells,
    ends: 'at_once',
    title: 'money went out',
    remedy: 'if it was not you: kill, lock the account',
  },
  FOREIGN_ORDER: {
    ...tells,
    ends: 'at_once',
    title: 'somebody else has an order here',
    remedy: 'use an account of its own; check who else uses the key',
  },
  LOST_ORDER: {
    ...pages,
    ends: 'operator',
    title: 'an order of ours was not in the books',
    remedy: 'it is followed now; find out what restored the table',
  },
  GHOST_ORDER: {
    ...pages,
    ends: 'operator',
    title: 'a finished order still rests on the exchange',
    remedy: 'check on the exchange that it is cancelled',
  },
  LEDGER_ACCEPTED: {
    ...tells,
    ends: 'at_once',
    title: "an operator took the exchange's word",
    remedy: 'none, if it was you; else find out who has the keys',
  },
  STATE_REBUILT: {
    ...pages,
    ends: 'operator',
    title: 'the books were lost and made again',
    remedy: 'check the positions, and find out who emptied the table',
  },
  OPERATOR_SILENT: { ...warns, title: 'no operator has shown up', remedy: 'run trader alive, if all is well' },
  DEAD_LETTERS: {
    ...pages,
    title: 'orders failed for good',
    remedy: 'compare the dead letters with trader orders, then delete them',
  },
  SECRET_AGE: {
    ...tells,
    ends: 'raiser',
    title: 'a key of the exchange is old',
    remedy: 'make a new one and run trader secrets rotate',
  },
  DAILY_LOOK: {
    ...tells,
    ends: 'raiser',
    title: 'the daily checks do not run any more',
    remedy: 'read the log of the function hygiene; is its schedule still there?',
  },
  ALERT_STORM: {
    ...pages,
    ends: 'raiser',
    title: 'many alerts at once',
    remedy: 'look for one cause; trader alerts --open lists them all',
  },
  ALERTS_LOST: {
    ...tells,
    ends: 'at_once',
    title: 'messages could not be sent and are lost',
    remedy: 'trader alerts --open lists what still lasts; find out what kept them',
  },
  ALERT_TEST: { ...tells, severity: 'INFO', ends: 'at_once', title: 'a test', remedy: 'none: the channel works' },
} as const satisfies Readonly<Record<string, AlertSpec>>;

export type AlertKind = keyof typeof ALERTS;

export function isAlertKind(word: string): word is AlertKind {
  return Object.hasOwn(ALERTS, word);
}

/** A kind that only an older version knew is treated as the most careful one. */
export function specOf(kind: string): AlertSpec {
  return isAlertKind(kind) ? ALERTS[kind] : { ...pages, ends: 'operator', title: kind, remedy: 'see the runbook' };
}

export function isMoreUrgent(severity: Severity, than: Severity): boolean {
  return SEVERITIES.indexOf(severity) > SEVERITIES.indexOf(than);
}

/** The page of a kind, as a link below the place where the runbook is kept. */
export function runbookLink(runbookUrl: string, kind: string): string {
  return `${runbookUrl}#${kind.toLowerCase()}`;
}
