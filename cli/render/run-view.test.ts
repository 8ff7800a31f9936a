import { describe, expect, test } from 'vitest';
import type { CycleReport } from '../../shared/app/cycle-report.ts';
import type { OrderRecord } from '../../shared/core/execution/order-record.ts';
import { quantity, usd } from '../../shared/core/money/fixed.ts';
import { dollars, priceFigure, reasonsText } from './figures.ts';
import { unpainted } from './paint.ts';
import { cycleText, fillText, headerText, summaryText } from './run-view.ts';

const REPORT = {
  kind: 'completed',
  slot_ms: Date.parse('2025-01-06T00:05:00Z'),
  degraded: [],
  detail: null,
  published: 1,
  decision: {
    equity: '10012.345',
    drawdown_pct: 1.5,
    proposals_count: 3,
    universe: [{ eligible: true }, { eligible: true }, { eligible: false }],
    assessments: [
      { outcome: 'rejected', risk_reason: 'cooldown' },
      { outcome: 'rejected', risk_reason: 'cooldown' },
      { outcome: 'approved', risk_reason: null },
    ],
    orders: [{}],
  },
} as unknown as CycleReport;

describe('what a person sees of a run', () => {
  test('one line a cycle with slot, latency, universe, proposals, approved, orders, equity, drawdown, rejections', () => {
    const line = cycleText({ report: REPORT, latencyMs: 37.6 }, unpainted);
    expect(line.split(/ {2,}/)).toEqual([
      '2025-01-06 00:05',
      '38 ms',
      '2/3',
      '3',
      '1',
      '1',
      '$10,012.35',
      '1.50%',
      'cooldown 2',
    ]);
  });

  test('a degraded cycle says what was missing, one that did nothing says why', () => {
    expect(cycleText({ report: { ...REPORT, degraded: ['gate_killed'] }, latencyMs: 1 }, unpainted)).toMatch(
      /gate_killed$/,
    );
    const locked = { ...REPORT, kind: 'locked', decision: null, detail: 'held by another' } as CycleReport;
    expect(cycleText({ report: locked, latencyMs: 1 }, unpainted)).toBe('2025-01-06 00:05  locked: held by another');
  });

  test('the header stands in the columns of the lines', () => {
    const header = headerText(
      {
        mode: 'PAPER',
        stage: 'local',
        source: 'synthetic',
        exchange: 'simulator',
        configHash: 'abc',
        cash: '10000',
        positions: 2,
        symbols: 25,
        stateDir: '.state/x',
        isResumed: true,
        fromMs: 0,
      },
      unpainted,
    );
    expect(header).toContain('goes on at 1970-01-01 00:00 UTC');
    const columns = header.split('\n').at(-1) ?? '';
    const line = cycleText({ report: REPORT, latencyMs: 37.6 }, unpainted);
    expect(columns.indexOf('drawdown') + 'drawdown'.length).toBe(line.indexOf('1.50%') + '1.50%'.length);
    expect(columns.indexOf('rejected')).toBe(line.indexOf('cooldown 2'));
  });

  test('a fill names amount, price, money, fee and reason', () => {
    const record = {
      intent: { side: 'BUY', product_id: 'BTC-USD', purpose: 'entry', reason: 'breakout', strategy: 'donchian' },
      filled_quantity: quantity('0.5'),
      filled_value: usd('32060.06'),
      fees: usd('192.36'),
      status: 'CANCELLED',
    } as unknown as OrderRecord;
    expect(fillText(record, unpainted).trim()).toBe(
      'BUY  0.5 BTC-USD at 64120.1 = $32,060.06, fee $192.36, the rest cancelled  (entry breakout, donchian)',
    );
  });

  test('the summary says how to go on', () => {
    const summary = {
      cycles: 2,
      degraded_cycles: 0,
      proposals: 1,
      approved: 1,
      rejected: {},
      orders: { placed: 1, filled: 1, cancelled: 0, rejected: 0, unknown: 0 },
      fills: 1,
      equity: { start: '10000', end: null },
      max_drawdown_pct: 0,
      latency_ms: { p50: 1, p95: 2, p99: 3 },
      invariant_breaks: 0,
      errors: 0,
    };
    expect(summaryText(summary, '/s', unpainted)).toContain('state /s: the same command goes on');
  });

  test('figures are rounded for people only', () => {
    expect(dollars('-1234.567')).toBe('-$1,234.57');
    expect(dollars(null)).toBe('$-');
    expect([64_120.123, 0.0000242, 7, 0].map(priceFigure)).toEqual(['64120.1', '0.0000242', '7', '0']);
    expect(reasonsText({ b: 1, a: 1, c: 5 })).toBe('c 5, a 1, b 1');
  });
});
