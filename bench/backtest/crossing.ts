import * as z from 'zod';
import { readTail } from '../../shared/core/indicators/read.ts';
import { sma } from '../../shared/core/indicators/sma.ts';
import type { StrategyModule, StrategySymbol, TradeProposal } from '../../shared/core/strategies/strategy.ts';
import { CASH, FAST, SLOW, UNITS } from './work.ts';

export const CROSSING = 'bench-crossing';

const params = z.strictObject({ most_open: z.int().min(1) });

/**
 * The work as a strategy. Places that sales of this bar free may be taken by purchases of symbols behind them, as the loop
 * does at the open; risk, which counts a sale only once it has filled, is given room for every symbol.
 */
export const crossing: StrategyModule<typeof params> = {
  name: CROSSING,
  params,
  bind: ({ most_open }) => ({
    name: CROSSING,
    warmupBars: SLOW,
    generateProposals: ({ symbols }, state) => {
      let open = symbols.reduce((count, { isHeld }) => count + (isHeld ? 1 : 0), 0);
      const proposals: TradeProposal[] = [];
      for (const symbol of symbols) {
        const step = stepOf(symbol, open < most_open);
        open += step;
        if (step !== 0) proposals.push(proposalOf(symbol));
      }
      return { proposals, state };
    },
  }),
};

/** 1: a position more, -1: one less. */
function stepOf(symbol: StrategySymbol, hasRoom: boolean): -1 | 0 | 1 {
  const turned = turnOf(symbol);
  if (turned < 0) return symbol.isHeld ? -1 : 0;
  return turned > 0 && !symbol.isHeld && hasRoom ? 1 : 0;
}

/** 1 where the fast mean has just come above the slow one, -1 where it has just left it. */
function turnOf({ candles }: StrategySymbol): -1 | 0 | 1 {
  const [fastBefore, fast] = readTail(sma, [FAST, 'close'], candles, candles.length, 2) as [number, number];
  const [slowBefore, slow] = readTail(sma, [SLOW, 'close'], candles, candles.length, 2) as [number, number];
  const was = fastBefore > slowBefore;
  const is = fast > slow;
  if (was === is) return 0;
  return is ? 1 : -1;
}

/** Enough for ten units and not for twenty, whatever the equity has come to; the product is sold by tens. */
function proposalOf({ productId, candles, isHeld }: StrategySymbol): TradeProposal {
  const close = candles.close[candles.length - 1] as number;
  return {
    symbol: productId,
    side: isHeld ? 'SELL' : 'BUY',
    notional_pct: ((1.5 * UNITS * close) / CASH) * 100,
    stop_loss_pct: 90,
    take_profit_pct: 1_000,
    conviction: 1,
    strategy: CROSSING,
    reason: 'crossed',
    trigger: { close },
  };
}
