/** What the generator and the spread model know about a coin. */
export interface Asset {
  readonly base: string;
  readonly name: string;
  readonly referencePrice: number;
  /** Usual traded value of a day, in US dollars. */
  readonly quoteVolume24hUsd: number;
  /** How strongly it follows the market factor. */
  readonly marketBeta: number;
  /** Its own noise: standard deviation of one minute's log return. */
  readonly ownMinuteVolatility: number;
  /** Share of minutes without a trade. */
  readonly quietShare: number;
  readonly spreadBps: number;
}

type Row = readonly [
  base: string,
  name: string,
  referencePrice: number,
  volumeMillionsUsd: number,
  marketBeta: number,
  ownVolatilityBps: number,
  quietShare: number,
  spreadBps: number,
];

const ROWS: readonly Row[] = [
  ['BTC', 'Bitcoin', 64_000, 1_400, 1, 3, 0, 1.2],
  ['ETH', 'Ethereum', 3_200, 900, 1.15, 4, 0, 1.6],
  ['SOL', 'Solana', 145, 420, 1.4, 6, 0, 2.2],
  ['AVAX', 'Avalanche', 34, 60, 1.4, 7, 0.004, 6],
  ['ADA', 'Cardano', 0.46, 70, 1.2, 6, 0.004, 6],
  ['DOT', 'Polkadot', 7.1, 35, 1.2, 6, 0.008, 7],
  ['LINK', 'Chainlink', 14.2, 65, 1.2, 6, 0.004, 6],
  ['XRP', 'XRP', 0.52, 180, 0.9, 6, 0.001, 3.5],
  ['LTC', 'Litecoin', 82, 75, 0.95, 5, 0.004, 4.5],
  ['BCH', 'Bitcoin Cash', 450, 40, 1, 6, 0.008, 7],
  ['DOGE', 'Dogecoin', 0.15, 220, 1.3, 8, 0.001, 4],
  ['UNI', 'Uniswap', 7.8, 32, 1.25, 7, 0.01, 8],
  ['AAVE', 'Aave', 92, 26, 1.2, 7, 0.015, 9],
  ['MATIC', 'Polygon', 0.7, 45, 1.3, 7, 0.006, 7],
  ['BNB', 'BNB', 590, 38, 0.9, 5, 0.008, 6],
  ['SHIB', 'Shiba Inu', 0.0000242, 110, 1.4, 9, 0.003, 8],
  ['ATOM', 'Cosmos', 8.4, 22, 1.15, 6, 0.015, 10],
  ['NEAR', 'NEAR Protocol', 6.3, 38, 1.4, 8, 0.01, 9],
  ['FIL', 'Filecoin', 5.6, 21, 1.25, 7, 0.02, 12],
  ['ALGO', 'Algorand', 0.18, 16, 1.1, 7, 0.025, 14],
  ['XLM', 'Stellar Lumens', 0.11, 24, 0.9, 6, 0.015, 11],
  ['ETC', 'Ethereum Classic', 26, 20, 1.15, 6, 0.02, 11],
  ['ARB', 'Arbitrum', 1.05, 34, 1.35, 8, 0.012, 12],
  ['OP', 'Optimism', 2.4, 30, 1.4, 8, 0.014, 13],
  ['PEPE', 'Pepe', 0.0000112, 130, 1.6, 12, 0.004, 15],
];

export const ASSETS: readonly Asset[] = ROWS.map(
  ([base, name, referencePrice, volumeMillionsUsd, marketBeta, ownVolatilityBps, quietShare, spreadBps]) => ({
    base,
    name,
    referencePrice,
    quoteVolume24hUsd: volumeMillionsUsd * 1_000_000,
    marketBeta,
    ownMinuteVolatility: ownVolatilityBps / 10_000,
    quietShare,
    spreadBps,
  }),
);
