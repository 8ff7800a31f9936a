import { describe, expect, it } from 'vitest';
import { entry, reasonOf, viewOf } from '../../../test/core/risk-world.ts';
import { AS_OF_MS, BTC, configOf, ETH } from '../../../test/core/world.ts';
import { toText, usd } from '../money/fixed.ts';
import { assess } from './assess.ts';
import { allow, deny, type RiskRule } from './rule.ts';
import { riskRules } from './rules.ts';
import { withApproved } from './view.ts';

describe('[I1] the only maker of approved orders', () => {
  it('approves nothing when no rules are configured', () => {
    expect(assess(entry('100'), viewOf(), [], 'id')).toMatchObject({ kind: 'rejected', riskReason: 'no_rules' });
  });

  it('takes a rule that throws for a denial', () => {
    const broken = (thrown: unknown): RiskRule => ({
      name: 'broken',
      appliesTo: 'all',
      judge: () => {
        throw thrown;
      },
    });

    expect(assess(entry('100'), viewOf(), [broken(new Error('oops'))], 'id')).toMatchObject({
      riskReason: 'rule_failed',
      records: [
        { rule: 'broken', verdict: 'deny', detail: 'oops' },
        { rule: 'sizing', verdict: 'allow' },
      ],
    });
    expect(assess(entry('100'), viewOf(), [broken('oops')], 'id')).toMatchObject({ records: [{ detail: 'oops' }, {}] });
  });

  it('asks every rule, also after a denial, and names the first', () => {
    const view = viewOf({ account: { cooldowns: { [BTC]: { until_ms: AS_OF_MS + 1, reason: 'fill' } } } });
    const assessment = assess(entry('5000', BTC, { conviction: 0 }), view, riskRules, 'id');

    expect(assessment.records.map(({ rule }) => rule)).toEqual([...riskRules.map(({ name }) => name), 'sizing']);
    expect(
      assessment.records.filter(({ verdict }) => verdict === 'deny').map(({ risk_reason }) => risk_reason),
    ).toEqual(['conviction', 'cooldown', 'position_cap', 'theme_cap', 'tier_allocation', 'total_cap']);
    expect(assessment).toMatchObject({ kind: 'rejected', riskReason: 'conviction' });
  });

  it('makes no order of nothing even when every rule would allow it', () => {
    const yes: RiskRule = { name: 'yes', appliesTo: 'all', judge: () => allow };

    expect(assess(entry('0'), viewOf(), [yes], 'id')).toMatchObject({
      kind: 'rejected',
      riskReason: 'nothing_to_spend',
    });
  });

  it('protects nothing that nobody proposed, however lenient the rules', () => {
    const yes: RiskRule = { name: 'yes', appliesTo: 'all', judge: () => allow };

    expect(assess({ ...entry('100'), proposal: null }, viewOf(), [yes], 'id')).toMatchObject({
      kind: 'approved',
      order: { stop_price: null, take_profit_price: null },
    });
  });

  it('cuts to the smallest cap and judges the cut order again', () => {
    const cap = (dollars: string): RiskRule => ({
      name: `cap_${dollars}`,
      appliesTo: 'all',
      judge: ({ sized }) =>
        sized.reserved > usd(dollars)
          ? { kind: 'cap', reason: 'little', budget: usd(dollars), detail: dollars }
          : allow,
    });
    const atLeast = (dollars: string): RiskRule => ({
      name: 'least',
      appliesTo: 'all',
      judge: ({ sized }) => (sized.reserved < usd(dollars) ? deny('too_little', dollars) : allow),
    });

    const cut = assess(entry('400'), viewOf(), [cap('300'), cap('200'), atLeast('200')], 'id');
    expect(cut.kind === 'approved' && toText(cut.order.reserved)).toBe('200');
    expect(cut.records.map(({ verdict }) => verdict)).toEqual(['cap', 'cap', 'allow', 'allow']);

    const refused = assess(entry('400'), viewOf(), [cap('200'), atLeast('201')], 'id');
    expect(refused).toMatchObject({ kind: 'rejected', riskReason: 'too_little' });
  });

  it('refuses a cut that the same rule would cut again', () => {
    const greedy: RiskRule = {
      name: 'greedy',
      appliesTo: 'all',
      judge: () => ({ kind: 'cap', reason: 'never_enough', budget: usd('200'), detail: '' }),
    };

    expect(assess(entry('400'), viewOf(), [greedy], 'id')).toMatchObject({
      kind: 'rejected',
      riskReason: 'never_enough',
    });
  });

  it('[REQ-E2] counts what it approved before against what comes next', () => {
    const view = viewOf();
    const first = assess(entry('500', BTC), view, riskRules, 'first');
    expect(first.kind).toBe('approved');
    if (first.kind !== 'approved') return;
    const after = withApproved(view, first.order);

    expect(reasonOf(entry('500', ETH), after)).toBe('approved');
    expect(reasonOf(entry('500.01', ETH), after)).toBe('position_cap');
    expect(reasonOf(entry('100', BTC), after)).toBe('position_cap');
    expect(view.account.working).toEqual({});
  });

  it('counts the positions it opens in the same cycle', () => {
    const view = viewOf({ config: configOf({ policy: { risk: { max_open_positions: 1 } } }) });
    const first = assess(entry('100', BTC), view, riskRules, 'first');

    expect(first.kind === 'approved' && reasonOf(entry('100', ETH), withApproved(view, first.order))).toBe(
      'max_open_positions',
    );
  });
});
