import * as z from 'zod';
import { isProductId } from '../market/product.ts';
import { productIdKey } from '../portfolio/account.ts';
import type { StrategyOutput, TradeProposal } from './strategy.ts';

const MOST = 1e6;
const REASON = /^[a-z][a-z0-9_]{0,39}$/;
/** States are part of the account, which is one stored item of limited size. */
const MOST_STATE_CHARS = 20_000;
const figure = z.number().min(-MOST).max(MOST);

/**
 * The shape of an answer [REQ-R2]. Whether its figures keep to the policy is for risk to say; here they only have to be
 * figures, small enough to be money.
 */
const outputSchema = z.strictObject({
  proposals: z.array(
    z.strictObject({
      symbol: productIdKey,
      side: z.enum(['BUY', 'SELL']),
      notional_pct: figure,
      stop_loss_pct: figure,
      take_profit_pct: figure,
      conviction: figure,
      strategy: z.string(),
      reason: z.string().regex(REASON, 'one lower-case word'),
      trigger: z.record(z.string(), z.number()),
    }),
  ),
  state: z.json().refine(isSmall, `must take at most ${MOST_STATE_CHARS} characters of JSON`),
});

function isSmall(state: StrategyOutput['state']): boolean {
  return JSON.stringify(state).length <= MOST_STATE_CHARS;
}

/**
 * A copy of an answer that holds nothing its strategy could still reach. Throws a ZodError on any other shape. What can be
 * seen at a glance to be sound needs no schema: this is asked of every strategy in every cycle, and most say nothing.
 */
export function checkedOutput(given: StrategyOutput): StrategyOutput {
  if (!isSimple(given) || !given.proposals.every(isSound)) return outputSchema.parse(given);
  return { proposals: given.proposals.map(copyOf), state: null };
}

function isSimple(given: unknown): boolean {
  if (typeof given !== 'object' || given === null || Object.keys(given).length !== 2) return false;
  const { proposals, state } = given as Partial<StrategyOutput>;
  return state === null && Array.isArray(proposals);
}

const KEYS = 9;

/** Never true of what the schema would refuse; the schema has the last word on everything else. */
function isSound(proposal: TradeProposal): boolean {
  if (typeof proposal !== 'object' || proposal === null) return false;
  const { symbol, side, notional_pct, stop_loss_pct, take_profit_pct, conviction, strategy, reason, trigger } =
    proposal;
  return (
    Object.keys(proposal).length === KEYS &&
    typeof symbol === 'string' &&
    isProductId(symbol) &&
    (side === 'BUY' || side === 'SELL') &&
    [notional_pct, stop_loss_pct, take_profit_pct, conviction].every(isFigure) &&
    typeof strategy === 'string' &&
    typeof reason === 'string' &&
    REASON.test(reason) &&
    isTrigger(trigger)
  );
}

function isTrigger(trigger: unknown): boolean {
  return (
    typeof trigger === 'object' &&
    trigger !== null &&
    Object.getPrototypeOf(trigger) === Object.prototype &&
    Object.values(trigger).every(Number.isFinite)
  );
}

function isFigure(value: unknown): boolean {
  return typeof value === 'number' && value >= -MOST && value <= MOST;
}

function copyOf(proposal: TradeProposal): TradeProposal {
  return { ...proposal, trigger: { ...proposal.trigger } };
}
