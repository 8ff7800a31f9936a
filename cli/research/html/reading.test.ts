import { describe, expect, it } from 'vitest';
import { gridHeat } from './grid-heat.ts';
import { heatMap } from './heat-map.ts';
import { lineChart } from './line-chart.ts';
import { table } from './markup.ts';
import { STYLE } from './style.ts';

const LEAST_CONTRAST = 4.5;

/** Relative luminance as WCAG 2 defines it, of #rgb or #rrggbb. */
function luminance(colour: string): number {
  const digits = colour.length === 4 ? [...colour.slice(1)].map((d) => d + d) : (colour.slice(1).match(/../g) ?? []);
  const [r = 0, g = 0, b = 0] = digits
    .map((pair) => Number.parseInt(pair, 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

const [light = '', dark = ''] = [...STYLE.matchAll(/:root\{([^}]*)\}/g)].map(([, body]) => body);

describe('a page for whoever sees little, or has no pointer', () => {
  it.each([
    ['light', light],
    ['dark', dark],
  ])('has text that stands out from every ground, %s', (_, palette) => {
    const colours = Object.fromEntries([...palette.matchAll(/--(\w+):(#\w+)/g)].map(([, name, hex]) => [name, hex]));
    for (const text of ['fg', 'soft', 'gain', 'loss']) {
      for (const ground of ['bg', 'card']) {
        expect(contrast(colours[text] ?? '', colours[ground] ?? ''), text).toBeGreaterThan(LEAST_CONTRAST);
      }
    }
  });

  it('says what a chart shows, lets keys read it, and names its lines in the colour of text', () => {
    const line = { name: 'bot', tone: 't1', values: [10, 12, null, 9.5] };
    const html = lineChart(['a', 'b', 'c', 'd'], [line], { label: 'Equity', scale: 'linear', unit: ' $' });
    expect(html).toContain(
      'tabindex="0" aria-label="Equity; bot from 10.00 $ to 9.50 $, lowest 9.50 $, highest 12.00 $.',
    );
    expect(html).toContain('<span class="key t1"><b>bot</b></span>');
    expect(STYLE).toContain('.key b{color:var(--fg)');
  });

  it('says which header a cell belongs to, and scrolls by keyboard', () => {
    const grid = { rowName: 'a', columnName: 'b', rows: ['1'], columns: ['2'], digits: 1 };
    const tables = [
      table([{ title: 'symbol', cell: (row: string) => row }], ['BTC']),
      heatMap([{ month: '2025-01', return_pct: 1, benchmark_return_pct: null }]),
      gridHeat({ ...grid, at: () => 3, isBest: () => true }),
    ];
    for (const html of tables) {
      expect(html).toMatch(/<div class="scroll" role="region" tabindex="0" aria-label="[^"]+">/);
      expect(html).not.toMatch(/<th(?! scope=)[ >]|<th[^>]*><\/th>/);
    }
    expect(tables[2]).toContain('3.0<span class="unseen"> framed</span>');
  });
});
