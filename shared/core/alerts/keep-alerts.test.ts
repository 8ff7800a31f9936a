import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AlertBook, type AlertPolicy, EMPTY_BOOK, openAlerts, pruned } from './alert-book.ts';
import { ALERTS, type AlertKind, specOf } from './catalogue.ts';
import { escalate, pendingSteps } from './escalate.ts';
import { keepAlerts, type RaisedAlert } from './keep-alerts.ts';
import { claimOutbox, settleOutbox } from './outbox.ts';
import { storedBook } from './stored-book.ts';

const POLICY: AlertPolicy = {
  dedupeMs: 60_000,
  remindMs: 3_600_000,
  escalateAfterMs: 120_000,
  escalateAgainMs: 600_000,
  maxEscalations: 2,
  stormPerMinute: 3,
  runbookUrl: 'https://wiki.example/runbook',
};
const KINDS = Object.keys(ALERTS) as readonly AlertKind[];
const SYMBOLS = Array.from({ length: 12 }, (_, index) => `S${index}-USD`);

const raise = (kind: AlertKind, subject: string, at_ms: number, detail = 'so'): RaisedAlert => ({
  status: 'open',
  kind,
  subject,
  fingerprint: `${kind}:${subject}`,
  severity: specOf(kind).severity,
  detail,
  at_ms,
});
const end = (kind: AlertKind, subject: string, at_ms: number): RaisedAlert => ({
  ...raise(kind, subject, at_ms),
  status: 'resolved',
});
const keep = (book: AlertBook, ...alerts: readonly RaisedAlert[]) => keepAlerts(book, alerts, POLICY);
const said = (book: AlertBook) => book.outbox.map(({ notice }) => `${notice.event} ${notice.fingerprint}`);

describe('the book of alerts', () => {
  it.each(KINDS)('[REQ-AL1] tells %s with its severity, its remedy and the page of the runbook', (kind) => {
    const [entry] = keep(EMPTY_BOOK, raise(kind, 'x', 1)).outbox;
    const { severity, remedy, title } = ALERTS[kind];

    expect(entry?.notice).toMatchObject({
      severity,
      remedy,
      title: `${kind} x: ${title}`,
      runbook: `https://wiki.example/runbook#${kind.toLowerCase()}`,
    });
  });

  it('[REQ-AL1] keeps what happened at once closed, holds the same back and calls nobody', () => {
    const once = keep(EMPTY_BOOK, raise('DEPOSIT', 'USD', 1), raise('DEPOSIT', 'USD', 2));

    expect(said(once)).toEqual(['opened DEPOSIT:USD']);
    expect(openAlerts(once)).toEqual([]);
    expect(pendingSteps(once)).toEqual([]);
    expect(said(keep(once, end('DEPOSIT', 'USD', 3)))).toEqual(said(once));
  });

  it('[REQ-AL1] reminds of what lasts and calls nobody once an hour, and of the rest each minute', () => {
    const first = keep(EMPTY_BOOK, raise('LOSS_STREAK', 'account', 0), raise('DRAWDOWN', 'account', 0));
    const minute = keep(first, raise('LOSS_STREAK', 'account', 60_000), raise('DRAWDOWN', 'account', 60_000));
    const hour = keep(minute, raise('LOSS_STREAK', 'account', 3_600_000));

    expect(said(minute).slice(2)).toEqual(['repeated DRAWDOWN:account']);
    expect(said(hour).slice(3)).toEqual(['repeated LOSS_STREAK:account']);
  });

  it('[REQ-AL1] tells at once what has ended and come again', () => {
    const book = keep(
      keep(EMPTY_BOOK, raise('CLOCK', 'account', 0), end('CLOCK', 'account', 1_000)),
      raise('CLOCK', 'account', 2_000),
    );

    expect(said(book)).toEqual(['opened CLOCK:account', 'resolved CLOCK:account', 'opened CLOCK:account']);
  });

  it('says nothing of the end of what was never open', () => {
    expect(keep(EMPTY_BOOK, end('CLOCK', 'account', 1))).toBe(EMPTY_BOOK);
  });

  it('[REQ-AL1] sums a storm up: the first ones, one message for the rest, and the first critical one of each kind', () => {
    const storm = keep(
      EMPTY_BOOK,
      ...SYMBOLS.map((symbol) => raise('STALENESS', symbol, 0)),
      raise('EXCHANGE', 'account', 0),
      raise('LEDGER_BREAK', 'A-USD', 0),
      raise('LEDGER_BREAK', 'B-USD', 0),
    );

    expect(said(storm)).toEqual([
      ...SYMBOLS.slice(0, 3).map((symbol) => `opened STALENESS:${symbol}`),
      'opened EXCHANGE:account',
      'opened LEDGER_BREAK:A-USD',
      'opened ALERT_STORM:account',
    ]);
    expect(storm.outbox.at(-1)?.notice).toMatchObject({
      severity: 'CRITICAL',
      detail: '10 more alerts are not told one by one: LEDGER_BREAK 1, STALENESS 9',
    });
    expect(openAlerts(storm)).toHaveLength(16);
  });

  it('[REQ-AL1] ends a storm when none of those is left that it summed up, and is silent about each of them', () => {
    const storm = keep(EMPTY_BOOK, ...SYMBOLS.map((symbol) => raise('STALENESS', symbol, 0)));
    const over = keep(storm, ...SYMBOLS.map((symbol) => end('STALENESS', symbol, 30_000)));

    expect(said(over).slice(4)).toEqual([
      ...SYMBOLS.slice(0, 3).map((symbol) => `resolved STALENESS:${symbol}`),
      'resolved ALERT_STORM:account',
    ]);
    expect(openAlerts(over)).toEqual([]);
  });

  it('[REQ-AL1] repeats in a storm nothing that was told, and still says when that is over', () => {
    const before = keep(EMPTY_BOOK, raise('EXPOSURE', 'account', 0));
    const storm = keep(before, ...SYMBOLS.map((symbol) => raise('STALENESS', symbol, 50_000)));
    const still = keep(storm, raise('EXPOSURE', 'account', 60_000));
    const over = keep(still, end('EXPOSURE', 'account', 61_000));

    expect(said(still)).toEqual(said(storm));
    expect(still.alerts['EXPOSURE:account']).toMatchObject({ held_back: 1, is_summarised: false });
    expect(said(over).at(-1)).toBe('resolved EXPOSURE:account');
  });

  it('[REQ-AL1] lets through a storm what got worse', () => {
    const first = keep(EMPTY_BOOK, raise('WITHDRAWAL', 'USD', 0));
    const storm = keep(first, ...SYMBOLS.map((symbol) => raise('STALENESS', symbol, 0)));
    const worse = keep(storm, { ...raise('WITHDRAWAL', 'USD', 1_000), severity: 'CRITICAL' });

    expect(worse.outbox.at(-1)?.notice).toMatchObject({ kind: 'WITHDRAWAL', severity: 'CRITICAL' });
  });

  it('[REQ-AL1] tells one by one, when the storm has passed, what still lasts, and only then counts its two minutes', () => {
    const storm = keep(EMPTY_BOOK, ...SYMBOLS.slice(0, 5).map((symbol) => raise('STALENESS', symbol, 0)));
    const later = keep(storm, raise('STALENESS', 'S4-USD', 61_000));

    expect(said(later).slice(4)).toContain('opened STALENESS:S4-USD');
    expect(pendingSteps(later).find(({ step }) => step.fingerprint === 'STALENESS:S4-USD')?.due_at_ms).toBe(181_000);
  });

  it('[REQ-AL1] names an alert by kind and subject only, whatever the figures and however often', () => {
    const figures = fc.array(fc.record({ detail: fc.string(), at: fc.nat({ max: 10_000_000 }) }), { minLength: 1 });
    fc.assert(
      fc.property(fc.constantFrom(...KINDS), figures, (kind, raises) => {
        const book = raises.reduce((now, { detail, at }) => keep(now, raise(kind, 'x', at, detail)), EMPTY_BOOK);
        expect(Object.keys(book.alerts).filter((name) => name !== 'ALERT_STORM:account')).toEqual([`${kind}:x`]);
        expect(book.alerts[`${kind}:x`]?.count).toBe(raises.length);
      }),
    );
  });

  it('[REQ-AL1] never forgets an open alert that was told, however many there are, and stays small', () => {
    const many = Array.from({ length: 500 }, (_, index) => raise('DATA_MISSING', `N${index}`, index * 61_000));
    const told = keep(EMPTY_BOOK, raise('DRAWDOWN', 'account', 0));
    const full = many.reduce((book, alert) => keep(book, alert, end('DATA_MISSING', alert.subject, alert.at_ms)), told);

    expect(Object.keys(full.alerts)).toHaveLength(300);
    expect(full.alerts['DRAWDOWN:account']?.status).toBe('open');
    expect(full.outbox).toHaveLength(50);
    expect(JSON.stringify(full).length).toBeLessThan(390_000);
    expect(pruned(told)).toBe(told);
  });

  it('[REQ-AL1] forgets of what is open first what a storm only summed up, also when it is newer', () => {
    const told = Array.from({ length: 20 }, (_, index) => raise('ORDER_UNKNOWN', `told-${index}`, index * 61_000));
    const storm = Array.from({ length: 400 }, (_, index) => raise('STALENESS', `S${index}`, 2_000_000));
    const full = keep(
      told.reduce((book, alert) => keep(book, alert), EMPTY_BOOK),
      ...storm,
    );

    expect(Object.keys(full.alerts)).toHaveLength(300);
    expect(openAlerts(full).filter(({ kind }) => kind === 'ORDER_UNKNOWN')).toHaveLength(20);
  });

  it('takes a kind that only an older version knew for one that calls somebody until an operator ends it', () => {
    expect(specOf('GONE_SINCE')).toMatchObject({ severity: 'CRITICAL', ends: 'operator', title: 'GONE_SINCE' });
  });
});

describe('a look at an open alert', () => {
  const book = keep(EMPTY_BOOK, raise('EXPOSURE', 'account', 0));
  const [pending] = pendingSteps(book);
  const step = pending?.step ?? { fingerprint: '', opened_at_ms: 0, escalation: 0 };

  it('[REQ-AL1] is early at 119 s and due at 121 s', () => {
    expect(escalate(book, step, POLICY, 119_000)).toEqual({ kind: 'early', next: pending });
    expect(escalate(book, step, POLICY, 121_000)).toMatchObject({ kind: 'escalated', next: { due_at_ms: 721_000 } });
  });

  it('[REQ-AL1] that was taken before changes nothing, and says when the next one is due', () => {
    const once = escalate(book, step, POLICY, 121_000);
    if (once.kind !== 'escalated') throw new Error('it was due');

    expect(escalate(once.book, step, POLICY, 122_000)).toEqual({ kind: 'over', next: once.next });
  });

  it('[REQ-AL1] is over when it has ended, or ended and begun again', () => {
    const ended = keep(book, end('EXPOSURE', 'account', 60_000));
    const again = keep(ended, raise('EXPOSURE', 'account', 90_000));

    for (const now of [ended, again, EMPTY_BOOK]) {
      expect(escalate(now, step, POLICY, 200_000)).toEqual({ kind: 'over', next: null });
    }
  });

  it('[REQ-AL1] tells whoever it called that it is over, and nobody else', () => {
    const called = escalate(book, step, POLICY, 121_000);
    if (called.kind !== 'escalated') throw new Error('it was due');
    const channels = (now: AlertBook) =>
      now.outbox.filter(({ notice }) => notice.event === 'resolved').map(({ notice }) => notice.channel);

    expect(channels(keep(called.book, end('EXPOSURE', 'account', 130_000)))).toEqual(['alerts', 'escalations']);
    expect(channels(keep(book, end('EXPOSURE', 'account', 100_000)))).toEqual(['alerts']);
  });

  it('[REQ-AL1] is over when it was the last one', () => {
    const twice = [121_000, 721_000].reduce((now, at) => {
      const [next] = pendingSteps(now);
      const taken = escalate(now, next?.step ?? step, POLICY, at);
      return taken.kind === 'escalated' ? taken.book : now;
    }, book);

    expect(twice.alerts['EXPOSURE:account']?.escalation).toBe(2);
    expect(pendingSteps(twice)).toEqual([]);
    expect(escalate(twice, { ...step, escalation: 2 }, POLICY, 9_000_000)).toEqual({ kind: 'over', next: null });
  });

  it('calls nobody where the policy says so', () => {
    const silent = keepAlerts(EMPTY_BOOK, [raise('EXPOSURE', 'account', 0)], { ...POLICY, maxEscalations: 0 });

    expect(pendingSteps(silent)).toEqual([]);
    expect(silent.outbox[0]?.notice.escalates).toBe(false);
  });
});

describe('the outbox', () => {
  it('[REQ-AL1] gives a message to one sender at a time, and to another when the first has not said what became of it', () => {
    const book = keep(EMPTY_BOOK, raise('CLOCK', 'account', 0));
    const mine = claimOutbox(book, 0);

    expect(mine.notices).toHaveLength(1);
    expect(claimOutbox(mine.book, 14_999)).toEqual({ book: mine.book, notices: [] });
    expect(claimOutbox(mine.book, 15_000).notices).toHaveLength(1);
  });

  it('[REQ-AL1] gives a second message away without the first, which is on its way, and takes back only what failed', () => {
    const first = claimOutbox(keep(EMPTY_BOOK, raise('CLOCK', 'account', 0)), 0);
    const second = claimOutbox(keep(first.book, raise('EXCHANGE', 'account', 1_000)), 1_000);
    const failed = second.notices.map((notice) => ({ notice, isSent: false, atMs: 1_500 }));
    const settled = settleOutbox(second.book, failed);

    expect(second.notices.map(({ kind }) => kind)).toEqual(['EXCHANGE']);
    expect(settled.outbox.map(({ notice }) => notice.kind)).toEqual(['CLOCK', 'EXCHANGE']);
    expect(claimOutbox(settled, 2_000).notices.map(({ kind }) => kind)).toEqual(['EXCHANGE']);
    expect(settled.sla.sent).toBe(0);
  });

  it('is read back as it was kept, begins empty, and is refused by name when it is not one', () => {
    const book = keep(EMPTY_BOOK, raise('CLOCK', 'account', 0));

    expect(storedBook({ version: 7, value: book })).toEqual({ book, version: 7 });
    expect(storedBook(undefined)).toEqual({ book: EMPTY_BOOK, version: 0 });
    expect(() => storedBook({ version: 1, value: { ...book, outbox: 'lost' } })).toThrow(
      /alert book is not readable.*outbox/s,
    );
  });

  it('[REQ-AL1] times only what tells of a breach', () => {
    const book = keep(EMPTY_BOOK, raise('CLOCK', 'account', 0), end('CLOCK', 'account', 0));
    const deliveries = book.outbox.map(({ notice }) => ({ notice, isSent: true, atMs: 5_100 }));

    expect(settleOutbox(book, deliveries)).toMatchObject({ outbox: [], sla: { sent: 1, late: 1, slowest_ms: 5_100 } });
  });
});

describe('while nothing can be sent', () => {
  const lostIn = (book: AlertBook) => book.outbox.filter(({ notice }) => notice.kind === 'ALERTS_LOST');
  const flapping = (book: AlertBook, times: number, fromMs: number) =>
    Array.from({ length: times }, (_, index) => fromMs + index * 61_000).reduce(
      (now, at) => keep(now, raise('DATA_MISSING', 'A-USD', at), end('DATA_MISSING', 'A-USD', at)),
      book,
    );

  it('[REQ-AL1] keeps the page of what calls somebody, and says how many others were lost', () => {
    const book = flapping(keep(EMPTY_BOOK, raise('LEDGER_BREAK', 'BTC-USD', 0)), 100, 61_000);

    expect(said(book)).toContain('opened LEDGER_BREAK:BTC-USD');
    expect(book.outbox.length).toBeLessThanOrEqual(50);
    expect(lostIn(book).map(({ notice }) => [notice.count, notice.event, notice.escalates])).toEqual([
      [201 - (book.outbox.length - 1), 'opened', false],
    ]);
    expect(lostIn(book)[0]?.notice.detail).toContain(`${201 - 49} messages`);
  });

  it('[REQ-AL1] says once that it still lasts, with how often it was not said', () => {
    const minutes = Array.from({ length: 90 }, (_, index) => raise('DRAWDOWN', 'account', index * 60_000));
    const book = minutes.reduce((now, alert) => keep(now, alert, { ...alert, at_ms: alert.at_ms + 1 }), EMPTY_BOOK);

    expect(said(book)).toEqual(['opened DRAWDOWN:account', 'repeated DRAWDOWN:account']);
    // Told twice: 89 repeats that were due, and one between each two.
    expect(book.outbox.at(-1)?.notice).toMatchObject({ count: 179, held_back: 177 });
  });

  it('[REQ-AL1] loses that something still lasts before it loses that the same kind of thing began', () => {
    const warned = keep(EMPTY_BOOK, raise('EXPOSURE', 'account', 0));
    const sent = settleOutbox(
      warned,
      warned.outbox.map(({ notice }) => ({ notice, isSent: true, atMs: 0 })),
    );
    const older = Array.from({ length: 48 }, (_, index) => raise('EXPOSURE', `o${index}`, 61_000 * (index + 1)));
    const full = older.reduce((now, alert) => keep(now, alert), sent);
    const repeated = keep(full, raise('EXPOSURE', 'account', 5_000_000));
    const over = keep(repeated, raise('EXPOSURE', 'newest', 5_100_000));

    expect(said(repeated)).toContain('repeated EXPOSURE:account');
    expect(said(over)).toContain('opened EXPOSURE:o0');
    expect(said(over)).not.toContain('repeated EXPOSURE:account');
  });

  it('[REQ-AL1] begins a new count when the last one was sent', () => {
    const full = flapping(EMPTY_BOOK, 60, 0);
    const sent = settleOutbox(
      full,
      full.outbox.map(({ notice }) => ({ notice, isSent: true, atMs: notice.at_ms })),
    );
    const again = flapping(sent, 26, 10_000_000);

    expect(sent.outbox).toEqual([]);
    expect(lostIn(again)[0]?.notice.count).toBe(3);
  });

  it('[REQ-AL1] opens anew what has lost its opening, so that it calls somebody, and counts it once', () => {
    const warned = keep(EMPTY_BOOK, raise('EXPOSURE', 'account', 0));
    const crowd = Array.from({ length: 60 }, (_, index) => raise('ORDER_UNKNOWN', `o${index}`, 61_000 * (index + 1)));
    const full = crowd.reduce((now, alert) => keep(now, alert), warned);
    const lost = lostIn(full)[0]?.notice.count;
    const again = keep(full, raise('EXPOSURE', 'account', 10_000_000));
    const sent = settleOutbox(
      again,
      again.outbox.map(({ notice }) => ({ notice, isSent: true, atMs: notice.at_ms })),
    );
    const told = keep(sent, raise('EXPOSURE', 'account', 10_100_000));

    expect(full.alerts['EXPOSURE:account']).toMatchObject({ status: 'open', sent_at_ms: null });
    expect(lost).toBe(61 - 49);
    expect(lostIn(again)[0]?.notice.count).toBe(lost);
    expect(said(told)).toEqual(['opened EXPOSURE:account']);
    expect(told.outbox[0]?.notice.escalates).toBe(true);
  });

  it('[REQ-AL1] keeps every page, whatever else happens meanwhile, while there is room', () => {
    const word = fc.record({
      kind: fc.constantFrom(...KINDS),
      subject: fc.constantFrom('account', 'A-USD', 'B-USD'),
      isEnd: fc.boolean(),
      after: fc.integer({ min: 0, max: 100_000 }),
    });
    fc.assert(
      fc.property(fc.array(word, { maxLength: 200 }), (words) => {
        let at = 0;
        let book = keep(EMPTY_BOOK, raise('LEDGER_BREAK', 'first', at));
        for (const { kind, subject, isEnd, after } of words) {
          at += after;
          book = keep(book, isEnd ? end(kind, subject, at) : raise(kind, subject, at));
        }
        const pages = book.outbox.filter(({ notice }) => notice.severity === 'CRITICAL' && notice.event === 'opened');
        expect(book.outbox.length).toBeLessThanOrEqual(50);
        expect(pages.length >= 49 || said(book).includes('opened LEDGER_BREAK:first')).toBe(true);
      }),
    );
  });
});
