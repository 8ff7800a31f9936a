import { toNumber, toText } from '../../shared/core/money/fixed.ts';
import type { Amount } from '../exchange/amounts.ts';
import { idOf } from '../exchange/ids.ts';
import type { SimulatedBalance } from '../exchange/state.ts';
import type { Call, Handler, World } from './call.ts';
import { isoTime } from './decimal-text.ts';
import { invalid, json, notFound } from './reply.ts';

const PAGE = 49;
const MOST = 250;
const DAYS_30_MS = 30 * 86_400_000;
const FIAT = new Set(['USD', 'EUR', 'GBP']);

export const listAccounts: Handler = (world, call) => {
  const limit = Number(call.query.get('limit') ?? String(PAGE));
  const start = Number(call.query.get('cursor') || '0');
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST) return invalid(`limit must be 1 to ${MOST}`);
  if (!Number.isInteger(start) || start < 0) return invalid('cursor is invalid');
  const all = [...world.exchange.state.balances];
  const page = all.slice(start, start + limit);
  const hasNext = start + page.length < all.length;
  return json({
    accounts: page.map(([currency, balance]) => accountObject(world, currency, balance)),
    has_next: hasNext,
    cursor: hasNext ? String(start + page.length) : '',
    size: page.length,
  });
};

export const oneAccount: Handler = (world, call) => {
  const found = [...world.exchange.state.balances].find(([currency]) => accountId(world, currency) === call.id);
  return found === undefined ? notFound('account was not found') : json({ account: accountObject(world, ...found) });
};

export const keyPermissions: Handler = (world, { scopes }) =>
  json({
    can_view: scopes?.view ?? false,
    can_trade: scopes?.trade ?? false,
    can_transfer: scopes?.transfer ?? false,
    portfolio_uuid: world.portfolioId,
    portfolio_type: 'DEFAULT',
  });

export const listPortfolios: Handler = (world) => json({ portfolios: [portfolioObject(world)] });

export const onePortfolio: Handler = (world, call) => {
  if (call.id !== world.portfolioId) return notFound('portfolio was not found');
  const holdings = [...world.exchange.state.balances].map(([currency, balance]) =>
    holdingOf(world, call, currency, balance),
  );
  const total = holdings.reduce((sum, { worthUsd }) => sum + worthUsd, 0);
  const cash = holdings.reduce((sum, { worthUsd, isCash }) => sum + (isCash ? worthUsd : 0), 0);
  const money = (value: number) => ({ value: value.toFixed(2), currency: 'USD' });
  return json({
    breakdown: {
      portfolio: portfolioObject(world),
      portfolio_balances: {
        total_balance: money(total),
        total_futures_balance: money(0),
        total_cash_equivalent_balance: money(cash),
        total_crypto_balance: money(total - cash),
        futures_unrealized_pnl: money(0),
        perp_unrealized_pnl: money(0),
      },
      spot_positions: holdings.map((holding) => ({
        asset: holding.currency,
        account_uuid: accountId(world, holding.currency),
        total_balance_fiat: holding.worthUsd,
        total_balance_crypto: holding.amount,
        available_to_trade_fiat: holding.worthUsd,
        allocation: total === 0 ? 0 : holding.worthUsd / total,
        one_day_change: 0,
        cost_basis: money(0),
        asset_img_url: '',
        is_cash: holding.isCash,
      })),
      perp_positions: [],
      futures_positions: [],
    },
  });
};

export const transactionSummary: Handler = (world, call) => {
  const recent = world.exchange.state.fills.filter(({ atMs }) => atMs > call.moment.nowMs - DAYS_30_MS);
  const volume = recent.reduce((sum, fill) => sum + toNumber(fill.price) * toNumber(fill.size), 0);
  const paid = recent.reduce((sum, fill) => sum + toNumber(fill.commission), 0);
  const total = [...world.exchange.state.balances].reduce(
    (sum, [currency, balance]) => sum + holdingOf(world, call, currency, balance).worthUsd,
    0,
  );
  return json({
    total_volume: volume,
    total_fees: paid,
    advanced_trade_only_volume: volume,
    advanced_trade_only_fees: paid,
    coinbase_pro_volume: 0,
    coinbase_pro_fees: 0,
    fee_tier: {
      pricing_tier: 'Intro 1',
      usd_from: '',
      usd_to: '',
      taker_fee_rate: toText(world.exchange.fees.taker),
      maker_fee_rate: toText(world.exchange.fees.maker),
      aop_from: '0',
      aop_to: '1000000',
      perps_vol_from: '',
      perps_vol_to: '',
      futures_vol_from: '',
      futures_vol_to: '',
      volume_types_and_range: [{ volume_types: ['VOLUME_TYPE_SPOT'], vol_from: '0', vol_to: '10000' }],
    },
    margin_rate: null,
    goods_and_services_tax: null,
    total_balance: total.toFixed(2),
    has_promo_fee: false,
    volume_breakdown: [{ volume_type: 'VOLUME_TYPE_SPOT', volume }],
    has_cost_plus_commission: false,
  });
};

function accountId(world: World, currency: string): string {
  return idOf(world.exchange.seed, 'account', currency);
}

function accountObject(world: World, currency: string, { available, hold, updatedMs }: SimulatedBalance): unknown {
  const isFiat = FIAT.has(currency);
  return {
    uuid: accountId(world, currency),
    name: isFiat ? `Cash (${currency})` : `${currency} Wallet`,
    currency,
    available_balance: { value: toText(available), currency },
    default: true,
    active: true,
    ready: true,
    created_at: '2024-01-01T00:00:00Z',
    updated_at: isoTime(updatedMs),
    deleted_at: null,
    type: isFiat ? 'ACCOUNT_TYPE_FIAT' : 'ACCOUNT_TYPE_CRYPTO',
    platform: 'ACCOUNT_PLATFORM_CONSUMER',
    hold: { value: toText(hold), currency },
    retail_portfolio_id: world.portfolioId,
  };
}

function portfolioObject(world: World): unknown {
  return { name: 'Default', uuid: world.portfolioId, type: 'DEFAULT', deleted: false };
}

interface Holding {
  readonly currency: string;
  readonly amount: number;
  readonly worthUsd: number;
  readonly isCash: boolean;
}

function holdingOf(world: World, call: Call, currency: string, { available, hold }: SimulatedBalance): Holding {
  const amount = toNumber((available + hold) as Amount);
  const isCash = FIAT.has(currency);
  const listing = world.exchange.market.listings.find(({ base }) => base === currency);
  const trade = listing === undefined ? null : world.exchange.market.lastTrade(listing.productId, call.moment.nowMs);
  const worthUsd = isCash ? amount : amount * (trade === null ? 0 : toNumber(trade.price));
  return { currency, amount, worthUsd, isCash };
}
