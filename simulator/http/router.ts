import {
  keyPermissions,
  listAccounts,
  listPortfolios,
  oneAccount,
  onePortfolio,
  transactionSummary,
} from './account-routes.ts';
import type { Handler } from './call.ts';
import { getOrder, listFills, listOrders } from './history-routes.ts';
import { bestBidAsk, candles, listProducts, oneProduct, productBook, serverTime, ticker } from './market-routes.ts';
import { cancelOrders, createOrder, editOpenOrder, previewEdit, previewOrder } from './order-routes.ts';

export const API_PREFIX = '/api/v3/brokerage';

export interface Route {
  readonly method: string;
  /** Path after the prefix; ":id" stands for one segment. */
  readonly path: string;
  readonly scope: 'public' | 'view' | 'trade';
  readonly handler: Handler;
}

const route = (method: string, path: string, scope: Route['scope'], handler: Handler): Route => ({
  method,
  path,
  scope,
  handler,
});

/** First match wins: fixed words stand before ids. */
export const ROUTES: readonly Route[] = [
  route('GET', '/time', 'public', serverTime),
  route('GET', '/market/products', 'public', listProducts),
  route('GET', '/market/product_book', 'public', productBook),
  route('GET', '/market/products/:id', 'public', oneProduct),
  route('GET', '/market/products/:id/candles', 'public', candles),
  route('GET', '/market/products/:id/ticker', 'public', ticker),
  route('GET', '/products', 'view', listProducts),
  route('GET', '/products/:id', 'view', oneProduct),
  route('GET', '/products/:id/candles', 'view', candles),
  route('GET', '/products/:id/ticker', 'view', ticker),
  route('GET', '/best_bid_ask', 'view', bestBidAsk),
  route('GET', '/product_book', 'view', productBook),
  route('GET', '/accounts', 'view', listAccounts),
  route('GET', '/accounts/:id', 'view', oneAccount),
  route('POST', '/orders', 'trade', createOrder),
  route('POST', '/orders/edit', 'trade', editOpenOrder),
  route('POST', '/orders/batch_cancel', 'trade', cancelOrders),
  route('POST', '/orders/preview', 'view', previewOrder),
  route('POST', '/orders/edit_preview', 'view', previewEdit),
  route('GET', '/orders/historical/batch', 'view', listOrders),
  route('GET', '/orders/historical/fills', 'view', listFills),
  route('GET', '/orders/historical/:id', 'view', getOrder),
  route('GET', '/transaction_summary', 'view', transactionSummary),
  route('GET', '/key_permissions', 'view', keyPermissions),
  route('GET', '/portfolios', 'view', listPortfolios),
  route('GET', '/portfolios/:id', 'view', onePortfolio),
];

const SPLIT = ROUTES.map((entry) => ({ entry, parts: entry.path.split('/') }));

/** undefined when nothing is served there. */
export function findRoute(method: string, path: string): { readonly route: Route; readonly id: string } | undefined {
  const words = path.split('/');
  const fits = (parts: readonly string[]) =>
    parts.length === words.length && parts.every((part, i) => part === words[i] || (part === ':id' && words[i] !== ''));
  const found = SPLIT.find(({ entry, parts }) => entry.method === method && fits(parts));
  if (found === undefined) return undefined;
  const position = found.parts.indexOf(':id');
  return { route: found.entry, id: position < 0 ? '' : (words[position] as string) };
}
