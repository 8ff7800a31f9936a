import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findBreaches } from './check.ts';
import { PLANTED } from './planted.ts';
import { importsOf, readSources } from './source-file.ts';

const root = join(import.meta.dirname, '../..');

describe('the architecture', () => {
  it('[REQ-STR1] [I1] holds in every source file: layers, purity, strategies apart, one mint for orders', () => {
    const files = readSources(root);

    expect(files.length).toBeGreaterThan(50);
    expect(findBreaches(files)).toEqual([]);
  });

  it.each(PLANTED)('catches a planted breach: $breach', ({ path, text, breach }) => {
    expect(findBreaches([{ path, text }])).toContainEqual(expect.stringContaining(breach));
  });

  it('lets a strategy use its contract, the indicators and the core types', () => {
    const text = [
      "import * as z from 'zod';",
      "import type { Candles } from '../../market/candles.ts';",
      "import { ema } from '../../indicators/ema.ts';",
      "import type { StrategyModule } from '../strategy.ts';",
      "import { bracketParams } from '../common-params.ts';",
      "import { perSymbol } from '../per-symbol.ts';",
      "import { trigger } from './trigger.ts';",
    ].join('\n');

    expect(findBreaches([{ path: 'shared/core/strategies/planted/index.ts', text }])).toEqual([]);
  });

  it('ignores what stands in comments and in plain strings', () => {
    const text = "// Date.now() is for adapters.\n/* console.log */\nexport const hint = 'no Math.random() here';\n";

    expect(findBreaches([{ path: 'shared/core/planted.ts', text }])).toEqual([]);
  });

  it('sees every form of import', () => {
    const text = [
      "import './side-effect.ts';",
      "import type { A } from './type.ts';",
      "import {\n  b,\n  type C,\n} from './multi-line.ts';",
      "export { d } from './re-export.ts';",
      "export * from './star.ts';",
      "const e = import('./dynamic.ts');",
      "const url = /^https?:\\/\\//; import * as f from './after-regex.ts';",
    ].join('\n');

    const specifiers = importsOf({ path: 'shared/core/planted.ts', text }).map(({ specifier }) => specifier);

    expect(specifiers).toEqual([
      './side-effect.ts',
      './type.ts',
      './multi-line.ts',
      './re-export.ts',
      './star.ts',
      './dynamic.ts',
      './after-regex.ts',
    ]);
  });
});
