import type { DisposalLine } from '../books/pnl.ts';
import type { LotsExport, TradeLine, TradesExport } from '../books/tax-export.ts';
import { type CsvColumn, csvText } from './csv.ts';

export function tradesCsv({ trades }: TradesExport): string {
  return csvText(TRADES, trades);
}

const TRADES: readonly CsvColumn<TradeLine>[] = [
  { name: 'time', kind: 'figure', cell: ({ time }) => time },
  { name: 'product_id', kind: 'text', cell: ({ product_id }) => product_id },
  { name: 'side', kind: 'text', cell: ({ side }) => side },
  { name: 'quantity', kind: 'figure', cell: ({ quantity }) => quantity },
  { name: 'price', kind: 'figure', cell: ({ price }) => price },
  { name: 'value_usd', kind: 'figure', cell: ({ value_usd }) => value_usd },
  { name: 'fee_usd', kind: 'figure', cell: ({ fee_usd }) => fee_usd },
  { name: 'liquidity', kind: 'text', cell: ({ liquidity }) => liquidity },
  { name: 'trade_type', kind: 'text', cell: ({ trade_type }) => trade_type },
  { name: 'entry_id', kind: 'text', cell: ({ entry_id }) => entry_id },
  { name: 'client_order_id', kind: 'text', cell: ({ client_order_id }) => client_order_id },
  { name: 'order_id', kind: 'text', cell: ({ order_id }) => order_id ?? '' },
  { name: 'strategy', kind: 'text', cell: ({ strategy }) => strategy },
  { name: 'reason', kind: 'text', cell: ({ reason }) => reason },
];

/** Sold pieces first; then, with empty columns for the sale, what was held when the year ended. */
export function lotsCsv({ disposals, open_lots }: LotsExport): string {
  const sold = disposals.map((disposal) => ({ ...disposal, status: 'sold' }));
  const open = open_lots.map((lot) => ({ ...NOT_SOLD, ...lot, status: 'open' }));
  return csvText(LOTS, [...sold, ...open]);
}

type LotRow = { readonly [Key in keyof DisposalLine]: DisposalLine[Key] | null } & { readonly status: string };

const NOT_SOLD = {
  sold_at: null,
  holding_days: null,
  proceeds_usd: null,
  gain_usd: null,
  sell_entry_id: null,
  sell_client_order_id: null,
};

const LOTS: readonly CsvColumn<LotRow>[] = [
  { name: 'status', kind: 'text', cell: ({ status }) => status },
  { name: 'product_id', kind: 'text', cell: ({ product_id }) => product_id ?? '' },
  { name: 'quantity', kind: 'figure', cell: ({ quantity }) => quantity ?? '' },
  { name: 'acquired_at', kind: 'figure', cell: ({ acquired_at }) => acquired_at ?? '' },
  { name: 'sold_at', kind: 'figure', cell: ({ sold_at }) => sold_at ?? '' },
  { name: 'holding_days', kind: 'figure', cell: ({ holding_days }) => String(holding_days ?? '') },
  { name: 'cost_usd', kind: 'figure', cell: ({ cost_usd }) => cost_usd ?? '' },
  { name: 'proceeds_usd', kind: 'figure', cell: ({ proceeds_usd }) => proceeds_usd ?? '' },
  { name: 'gain_usd', kind: 'figure', cell: ({ gain_usd }) => gain_usd ?? '' },
  { name: 'buy_entry_id', kind: 'text', cell: ({ buy_entry_id }) => buy_entry_id ?? '' },
  { name: 'sell_entry_id', kind: 'text', cell: ({ sell_entry_id }) => sell_entry_id ?? '' },
  { name: 'sell_client_order_id', kind: 'text', cell: ({ sell_client_order_id: id }) => id ?? '' },
];
