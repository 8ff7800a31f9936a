import { onTestFinished } from 'vitest';
import type { Exchange } from '../../shared/ports/exchange.ts';
import { MINUTE, START } from '../simulator/stage.ts';
import { exchangeContract, type Floor } from './exchange.contract.ts';
import { type OpenMarket, openMarket, openPaper, openSimulated } from './exchange-floors.ts';

const floorOf =
  (open: (market: OpenMarket) => Exchange) =>
  async (script: Parameters<typeof openMarket>[0]): Promise<Floor> => {
    const market = await openMarket(script);
    onTestFinished(market.close);
    const at = (minutes: number) => market.clock.advanceTo(START + minutes * MINUTE);
    return { exchange: open(market), at };
  };

exchangeContract('Coinbase client on the simulator', floorOf(openSimulated));
exchangeContract('paper on the same market', floorOf(openPaper));
