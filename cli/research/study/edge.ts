import * as z from 'zod';
import { rounded } from '../../../shared/core/backtest/rounding.ts';
import { bootstrap, bootstrapInterval, meanAt } from '../../../shared/core/statistics/bootstrap.ts';
import { meanOf, momentsOf } from '../../../shared/core/statistics/moments.ts';
import { normalCdf } from '../../../shared/core/statistics/normal.ts';
import type { TripCost } from './point-record.ts';
import { bootstrapOf, intervalSchema, type Redraw } from './worth.ts';

const figure = z.number();
const mean = figure.nullable().describe('null: there was no round trip');
const measuredSchema = z.strictObject({ mean_bps: mean, interval: intervalSchema.nullable() });

/** What round trips make before costs and what they pay for it, each in basis points of what was bought. */
export const edgeSchema = z.strictObject({
  round_trips: z.int(),
  edge: measuredSchema.describe('Before any cost: at the middle, without fees'),
  cost: z.strictObject({
    mean_bps: mean,
    fees_bps: mean,
    slippage_bps: mean.describe('Half spreads and impact of all fills; null: there was no round trip'),
  }),
  net: measuredSchema.describe('Edge less its own cost, round trip by round trip'),
  p: figure
    .nullable()
    .describe('One-sided, that the net mean is not above 0, by the larger of bootstrap and plain standard error'),
});

export type Edge = z.output<typeof edgeSchema>;

/** Below this the scatter of a mean says nothing. */
const FEWEST = 2;

/** Round trips that follow each other stay together when redrawn: what happens at the same time is one and the same market. */
export function edgeOf(trips: readonly TripCost[], redraw: Redraw): Edge {
  const priced = trips.filter(({ bought_usd }) => bought_usd > 0);
  const bps = (of: (trip: TripCost) => number) => priced.map((trip) => (10_000 * of(trip)) / trip.bought_usd);
  const net = bps(({ pnl_usd }) => pnl_usd);
  const fees = bps(({ fees_usd }) => fees_usd);
  const slippage = bps(({ slippage_usd }) => slippage_usd);
  const gross = net.map((each, i) => each + (fees[i] as number) + (slippage[i] as number));
  const drawn = drawnMeans(net, redraw);
  // Blocks that happen to cancel each other out are no certainty: the larger error of the two counts.
  const error = Math.max(momentsOf(drawn.values).deviation, momentsOf(net).deviation / Math.sqrt(net.length));
  const shown = (bps: number) => (priced.length === 0 ? null : rounded(bps, 4));
  return {
    round_trips: priced.length,
    edge: { mean_bps: shown(meanOf(gross)), interval: intervalOf(drawnMeans(gross, redraw), redraw) },
    cost: {
      mean_bps: shown(meanOf(fees) + meanOf(slippage)),
      fees_bps: shown(meanOf(fees)),
      slippage_bps: shown(meanOf(slippage)),
    },
    net: { mean_bps: shown(meanOf(net)), interval: intervalOf(drawn, redraw) },
    p: priced.length < FEWEST || !(error > 0) ? null : rounded(1 - normalCdf(meanOf(net) / error), 6),
  };
}

function drawnMeans(values: readonly number[], redraw: Redraw): ReturnType<typeof bootstrap> {
  const length = values.length < FEWEST ? 0 : values.length;
  return bootstrap(length, (at) => meanAt(values, at), bootstrapOf(redraw, length));
}

function intervalOf(drawn: ReturnType<typeof bootstrap>, { level }: Redraw): Edge['net']['interval'] {
  const interval = bootstrapInterval(drawn, level);
  return interval === null ? null : { low: rounded(interval.low, 4), high: rounded(interval.high, 4) };
}
