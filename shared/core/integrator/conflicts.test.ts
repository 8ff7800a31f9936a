import { describe, expect, it } from 'vitest';
import { viewOf } from '../../../test/core/risk-world.ts';
import { BTC, configOf, ETH, positionOf } from '../../../test/core/world.ts';
import type { Account } from '../portfolio/account.ts';
import type { TradeProposal } from '../strategies/strategy.ts';
import { integrate } from './integrate.ts';

const FIRST = 'donchian-breakout';
const SECOND = 'time-series-momentum';

function proposal(side: 'BUY' | 'SELL', strategy: string, patch: Partial<TradeProposal> = {}): TradeProposal {
  return {
    symbol: BTC,
    side,
    notional_pct: 3,
    stop_loss_pct: 3,
    take_profit_pct: 6,
    conviction: 0.5,
    strategy,
    reason: 'signal',
    trigger: {},
    ...patch,
  };
}

function outcome(proposals: readonly TradeProposal[], account: Partial<Account> = {}) {
  const { candidates, dropped } = integrate(proposals, [], viewOf({ account }));
  return {
    taken: candidates.map(({ side, strategy, agreedBy }) => `${side} ${strategy} by ${agreedBy.join('+')}`),
    dropped: dropped.map(({ proposal: { side, strategy }, record }) => `${side} ${strategy} ${record.risk_reason}`),
  };
}

describe('opposite proposals for one symbol', () => {
  const held = { positions: { [BTC]: positionOf('1') } };

  it('the owner who wants out is heard before everybody who wants in', () => {
    const given = [proposal('BUY', SECOND, { conviction: 1 }), proposal('SELL', FIRST)];

    expect(outcome(given, held)).toEqual({
      taken: [`SELL ${FIRST} by ${FIRST}`],
      dropped: [`BUY ${SECOND} conflict`],
    });
    expect(outcome(given.toReversed(), held)).toEqual(outcome(given, held));
  });

  it('nobody is heard when the one who wants out does not own it', () => {
    expect(outcome([proposal('BUY', FIRST), proposal('SELL', SECOND)], held)).toEqual({
      taken: [],
      dropped: [`BUY ${FIRST} conflict`, `SELL ${SECOND} conflict`],
    });
  });

  it('[REQ-R1] a sale of what nobody holds drops the entry and goes on to be called by its name', () => {
    expect(outcome([proposal('BUY', FIRST), proposal('SELL', SECOND)])).toEqual({
      taken: [`SELL ${SECOND} by ${SECOND}`],
      dropped: [`BUY ${FIRST} conflict`],
    });
  });

  it('do not touch other symbols', () => {
    const given = [proposal('BUY', FIRST), proposal('SELL', SECOND), proposal('BUY', SECOND, { symbol: ETH })];

    expect(outcome(given, held).taken).toEqual([`BUY ${SECOND} by ${SECOND}`]);
  });
});

describe('strategies that agree', () => {
  it('make one candidate, which names them all', () => {
    expect(outcome([proposal('BUY', SECOND), proposal('BUY', FIRST)])).toEqual({
      taken: [`BUY ${FIRST} by ${FIRST}+${SECOND}`],
      dropped: [`BUY ${SECOND} symbol_taken`],
    });
  });

  it('are those that want the same of the same symbol', () => {
    expect(outcome([proposal('BUY', FIRST), proposal('BUY', SECOND, { symbol: ETH })]).taken).toEqual([
      `BUY ${FIRST} by ${FIRST}`,
      `BUY ${SECOND} by ${SECOND}`,
    ]);
  });
});

describe('pyramiding', () => {
  it('lets the owner add where it is allowed, and nobody else', () => {
    const view = viewOf({
      account: { positions: { [BTC]: positionOf('1') } },
      config: configOf({
        policy: { risk: { allow_pyramiding: true } },
        signals: { strategy: { [FIRST]: { max_strategy_at_risk_pct: 15 } } },
      }),
    });

    expect(integrate([proposal('BUY', FIRST)], [], view).candidates).toHaveLength(1);
    expect(integrate([proposal('BUY', SECOND)], [], view).dropped[0]?.record.risk_reason).toBe('held_by_other');
  });
});
