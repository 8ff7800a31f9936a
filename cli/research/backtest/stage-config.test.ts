import { expect, it } from 'vitest';
import { usd } from '../../../shared/core/money/fixed.ts';
import { researchConfig } from './stage-config.ts';

it('a value of the command line that contradicts a file is named beside it', () => {
  const change = 'policy.proposals.stop_loss_pct.min=40';
  const refused = () => researchConfig('config', 'paper', usd('10000'), [change]);

  expect(refused).toThrow(/policy\.yaml:\d+ {2}policy\.proposals\.stop_loss_pct .* min must not exceed max/);
  expect(refused).toThrow(`fault in 1 file of config, changed by ${change}`);
});
