import { coinbaseMarketData } from '../../shared/adapters/coinbase/market-data.ts';
import { dryRunExchange } from '../../shared/adapters/paper/dry-run-exchange.ts';
import { paperExchange } from '../../shared/adapters/paper/paper-exchange.ts';
import { configuredFees } from '../../shared/app/configured-fees.ts';
import { exchangeClient } from './exchange-client.ts';
import type { Venue, VenueParts } from './venue.ts';

/** A paper account against public quotes. DRY_RUN does not even write to that. */
export async function openPaperVenue(parts: VenueParts): Promise<Venue> {
  const { config, settings, clock, facts } = parts;
  const { mode, paper, quote_currency } = config.app;
  const { client, budget } = exchangeClient(parts);
  const marketData = coinbaseMarketData(client);
  const exchange = paperExchange({
    marketData,
    facts,
    clock,
    startingCashUsd: paper.starting_cash_usd,
    quoteCurrency: quote_currency,
    fees: configuredFees(settings),
    slippageBps: paper.slippage_bps,
  });
  return { marketData, budget, exchange: mode === 'PAPER' ? exchange : dryRunExchange(exchange) };
}
