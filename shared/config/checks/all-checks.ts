import type { Check } from './check.ts';
import { callBudget, callRate, retryDelays } from './exchange-calls.ts';
import { feeOrder, targetsPayFees } from './fees.ts';
import { liveLimits } from './live-limits.ts';
import { baseSizes, positionCap, tierAllocations } from './position-caps.ts';
import { regimeOrder } from './regime-order.ts';
import { strategyBudgets, strategyDistances, strategyNames, strategyWarmups } from './strategies.ts';
import {
  neverTraded,
  someSymbol,
  symbolQuotes,
  symbolsInOneTheme,
  symbolsInOneTier,
  themeSymbolsTraded,
} from './symbols.ts';
import { themeCaps, themeNames } from './theme-caps.ts';
import { cooldownOrder, cycleInterval, intentAge, leaseTime, quoteAge } from './timing.ts';
import { convictionFloor, legalTradeSizes } from './trade-size.ts';

/** Everything that is checked across keys and files, each on its own so that all faults show at once. */
export const ALL_CHECKS: readonly Check[] = [
  themeCaps,
  themeNames,
  positionCap,
  baseSizes,
  tierAllocations,
  symbolsInOneTier,
  symbolsInOneTheme,
  themeSymbolsTraded,
  neverTraded,
  symbolQuotes,
  someSymbol,
  regimeOrder,
  strategyNames,
  strategyBudgets,
  strategyDistances,
  strategyWarmups,
  cycleInterval,
  quoteAge,
  intentAge,
  leaseTime,
  cooldownOrder,
  callBudget,
  callRate,
  retryDelays,
  feeOrder,
  targetsPayFees,
  legalTradeSizes,
  convictionFloor,
  liveLimits,
];
