import type { Check } from './check.ts';
import { discoveryFinds, discoveryQuote, redFlagsKnown, renamedSymbols } from './discovery.ts';
import { barBacklog, callBudget, callRate, retryDelays } from './exchange-calls.ts';
import { feeOrder, targetsPayFees } from './fees.ts';
import { youngListings } from './listing-age.ts';
import { liveLimits } from './live-limits.ts';
import { baseSizes, positionCap, tierAllocations } from './position-caps.ts';
import { regimeOrder, regimeThresholds } from './regime-order.ts';
import { strategyBudgets, strategyDistances, strategyIntervals, strategyNames, strategyWarmups } from './strategies.ts';
import { strategyHoldings, strategyScores, strategyStopBounds } from './strategy-params.ts';
import {
  neverTraded,
  referenceQuote,
  someSymbol,
  symbolQuotes,
  symbolsInOneTheme,
  symbolsInOneTier,
  themeSymbolsTraded,
} from './symbols.ts';
import { themeCaps, themeNames } from './theme-caps.ts';
import { cooldownOrder, cycleInterval, intentAge, leaseTime, makerTime, quoteAge, strategyTime } from './timing.ts';
import {
  cooldownVariants,
  crashStops,
  lossLimits,
  orderPrices,
  orderSizes,
  strategyEdges,
  tradePacing,
} from './trade-limits.ts';
import { convictionFloor, legalTradeSizes } from './trade-size.ts';
import { triggerConvictions } from './trigger-rules.ts';

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
  referenceQuote,
  someSymbol,
  discoveryQuote,
  discoveryFinds,
  redFlagsKnown,
  renamedSymbols,
  youngListings,
  regimeOrder,
  regimeThresholds,
  strategyNames,
  strategyBudgets,
  strategyDistances,
  strategyStopBounds,
  strategyHoldings,
  strategyScores,
  triggerConvictions,
  strategyIntervals,
  strategyWarmups,
  cycleInterval,
  quoteAge,
  intentAge,
  makerTime,
  leaseTime,
  strategyTime,
  cooldownOrder,
  tradePacing,
  cooldownVariants,
  lossLimits,
  orderSizes,
  orderPrices,
  crashStops,
  strategyEdges,
  callBudget,
  barBacklog,
  callRate,
  retryDelays,
  feeOrder,
  targetsPayFees,
  legalTradeSizes,
  convictionFloor,
  liveLimits,
];
