import { isProductId, type Product, type ProductId } from '../../../core/market/product.ts';
import { notional, type Price, type Quantity, type Usd } from '../../../core/money/fixed.ts';
import { type Answer, ok } from '../../../ports/answer.ts';
import type { Call } from '../call.ts';
import type { CoinbaseClient } from '../client.ts';
import { readEach } from '../read-each.ts';
import { childOf, childrenOf, DecodeError, flagOf, pathOf, requiredText, textOf, type Wire, wireOf } from '../wire.ts';
import { exactOf, positiveOf, roundedFixed } from '../wire-money.ts';

interface ProductPage {
  readonly products: readonly Product[];
  readonly listed: number;
  readonly isLast: boolean;
}

const MAX_PAGES = 20;

/** All spot products. One that cannot be read is left out and reported: it must not stop the trading of the others. */
export async function listProducts(client: CoinbaseClient): Promise<Answer<readonly Product[]>> {
  const products = new Map<ProductId, Product>();
  let offset = 0;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const page = await readPage(client, offset);
    if (page.kind !== 'ok') return page;
    const known = products.size;
    for (const product of page.value.products) products.set(product.id, product);
    offset += page.value.listed;
    // A server that ignores the offset repeats itself.
    if (page.value.isLast || products.size === known) return ok([...products.values()]);
  }
  return { kind: 'unavailable', message: `/products did not end after ${MAX_PAGES} pages` };
}

async function readPage(client: CoinbaseClient, offset: number): Promise<Answer<ProductPage>> {
  const page = await client.send(productPageCall(client, offset));
  // An offset past the end may be refused; the first page may not.
  return page.kind === 'refused' && offset > 0 ? ok({ products: [], listed: 0, isLast: true }) : page;
}

export function getProduct(client: CoinbaseClient, productId: ProductId): Promise<Answer<Product>> {
  return client.send({
    ...productsCall(client, `/${encodeURIComponent(productId)}`),
    query: tradabilityQuery(client),
    decode(reply) {
      const product = productOf(wireOf(reply, 'product'));
      if (product.id !== productId) throw new DecodeError(`product ${product.id} came back`);
      return ok(product);
    },
  });
}

function productPageCall(client: CoinbaseClient, offset: number): Call<ProductPage> {
  return {
    ...productsCall(client, ''),
    query: [
      ['product_type', 'SPOT'],
      ...tradabilityQuery(client),
      ...(offset === 0 ? [] : [['offset', String(offset)] as const]),
    ],
    decode(reply) {
      const page = wireOf(reply, 'reply');
      const rows = childrenOf(page, 'products');
      // No exchange is without products: taken at its word, this would delist everything.
      if (rows.length === 0 && offset === 0) throw new DecodeError('reply.products is empty');
      const pagination = childOf(page, 'pagination');
      return ok({
        products: readEach(rows.filter(isSpot), productOf, (fault) => client.noteAnomaly(`product left out: ${fault}`)),
        listed: rows.length,
        isLast: rows.length === 0 || (pagination !== null && textOf(pagination, 'has_next') === 'false'),
      });
    },
  };
}

function productsCall(client: CoinbaseClient, suffix: string) {
  return {
    operation: 'products',
    method: 'GET',
    path: `${client.hasKey ? '' : '/market'}/products${suffix}`,
    surface: client.hasKey ? 'private' : 'public',
    effect: 'read',
  } as const;
}

/** Only with it is view_only meaningful; the public twin does not know it. */
function tradabilityQuery(client: CoinbaseClient): readonly (readonly [string, string])[] {
  return client.hasKey ? [['get_tradability_status', 'true']] : [];
}

/** A row without a name is not passed over: it is told of. */
function isSpot(row: Wire): boolean {
  const type = textOf(row, 'product_type');
  const isSpotType = type === '' || type === 'SPOT' || type.startsWith('UNKNOWN');
  const id = textOf(row, 'product_id');
  return isSpotType && (id === '' || isProductId(id));
}

function productOf(row: Wire): Product {
  const id = requiredText(row, 'product_id');
  if (!isProductId(id)) throw new DecodeError(`${pathOf(row, 'product_id')} is not a spot pair: ${id}`);
  const [base = '', quote = ''] = id.split('-');
  const priceIncrement = textOf(row, 'price_increment') === '' ? 'quote_increment' : 'price_increment';
  return {
    id,
    base: textOf(row, 'base_currency_id') || base,
    quote: textOf(row, 'quote_currency_id') || quote,
    priceIncrement: positiveOf<'usd-per-base'>(row, priceIncrement),
    baseIncrement: positiveOf<'base'>(row, 'base_increment'),
    quoteIncrement: positiveOf<'usd'>(row, 'quote_increment'),
    baseMinSize: exactOf<'base'>(row, 'base_min_size'),
    baseMaxSize: exactOf<'base'>(row, 'base_max_size'),
    quoteMinSize: exactOf<'usd'>(row, 'quote_min_size'),
    quoteMaxSize: exactOf<'usd'>(row, 'quote_max_size'),
    quoteVolume24h: quoteVolumeOf(row),
    listedAtMs: listedAtOf(row),
    flags: {
      status: textOf(row, 'status'),
      isDisabled: flagOf(row, 'is_disabled'),
      tradingDisabled: flagOf(row, 'trading_disabled'),
      viewOnly: flagOf(row, 'view_only'),
      cancelOnly: flagOf(row, 'cancel_only'),
      limitOnly: flagOf(row, 'limit_only'),
      postOnly: flagOf(row, 'post_only'),
      auctionMode: flagOf(row, 'auction_mode'),
    },
  };
}

/** An empty, unreadable or zero ("0001-01-01") time counts as not said. */
function listedAtOf(row: Wire): number | null {
  const atMs = Date.parse(textOf(row, 'new_at'));
  return atMs > 0 ? atMs : null;
}

/** volume_24h alone is in base units: it becomes an amount only through the price. Unreadable counts as not said. */
function quoteVolumeOf(row: Wire): Usd | null {
  const stated = informational<'usd'>(row, 'approximate_quote_24h_volume');
  if (stated !== null) return stated;
  const volume: Quantity | null = informational<'base'>(row, 'volume_24h');
  const price: Price | null = informational<'usd-per-base'>(row, 'price');
  return volume === null || price === null ? null : notional(volume, price, 'down');
}

function informational<Unit extends string>(row: Wire, name: string) {
  try {
    return roundedFixed<Unit>(textOf(row, name), 'down');
  } catch {
    return null;
  }
}
