import { INTERVAL_MS } from '../market/interval.ts';
import { isOutlier, type OutlierLimits } from '../market/outlier.ts';
import type { ProductId } from '../market/product.ts';
import type { MarketSnapshot, SymbolSnapshot } from '../market/snapshot.ts';
import { usableQuote } from '../market/staleness.ts';
import { fromNumber, larger, type Price, price } from '../money/fixed.ts';
import type { Account, Position } from '../portfolio/account.ts';
import { heldSymbols } from '../portfolio/valuation.ts';

const FINEST_PRICE = price('0.000000000001');
const NOTHING = price('0');

/**
 * The highest price of each position since its entry: what was known, the bid now, and the closes of bars that began after
 * the entry, so that a cycle that was missed hides nothing. Highs are left out: nobody could have sold there. So is the bid
 * of an outlier [REQ-O1]: a stop that trails one bad tick would sell at the next sound one.
 */
export function peakPrices(
  account: Account,
  snapshot: MarketSnapshot,
  symbols: ReadonlyMap<ProductId, SymbolSnapshot>,
  limits: OutlierLimits,
): Readonly<Record<string, Price>> {
  const peaks = heldSymbols(account).map((id) => {
    const position = account.positions[id] as Position;
    const symbol = symbols.get(id);
    const bid = soundBid(symbol, snapshot, limits);
    return [id, larger(larger(position.peak_price ?? NOTHING, bid), highestClose(position, symbol, snapshot))] as const;
  });
  return Object.fromEntries(peaks.filter(([, peak]) => peak > NOTHING));
}

function soundBid(symbol: SymbolSnapshot | undefined, snapshot: MarketSnapshot, limits: OutlierLimits): Price {
  if (symbol === undefined || isOutlier(symbol, snapshot, limits)) return NOTHING;
  return usableQuote(symbol)?.bid ?? NOTHING;
}

function highestClose(position: Position, symbol: SymbolSnapshot | undefined, snapshot: MarketSnapshot): Price {
  const candles = symbol?.candles[snapshot.baseInterval];
  if (candles === undefined) return NOTHING;
  const intervalMs = INTERVAL_MS[snapshot.baseInterval];
  let highest = 0;
  for (let i = candles.length - 1; i >= 0; i -= 1) {
    const startMs = (candles.index[i] as number) * intervalMs;
    if (startMs < position.opened_at_ms) break;
    // A bar that was not closed at the slot does not count yet [I9].
    if (startMs + intervalMs <= snapshot.slotMs) highest = Math.max(highest, candles.close[i] as number);
  }
  return fromNumber(highest, FINEST_PRICE, 'down');
}
