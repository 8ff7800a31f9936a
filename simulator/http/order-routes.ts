import { notional, type Price, toText, type Usd, ZERO_QUANTITY } from '../../shared/core/money/fixed.ts';
import { averagePrice, type Fees, feeOn } from '../exchange/amounts.ts';
import { checkEdit, editOrder, requestCancel } from '../exchange/changes.ts';
import type { Checked, OrderRequest } from '../exchange/exchange.ts';
import { idOf } from '../exchange/ids.ts';
import { isObject, type JsonObject, textOf } from '../exchange/json.ts';
import type { Side } from '../exchange/order-spec.ts';
import { type Refusal, refuse } from '../exchange/refusal.ts';
import { costOf, type Fill, sizeOf } from '../exchange/taking.ts';
import type { Call, Handler, World } from './call.ts';
import { invalid, json, type Reply } from './reply.ts';

const LONGEST_CLIENT_ORDER_ID = 128;
const MOST_CANCELS = 100;

export const createOrder: Handler = (world, call) => {
  const request = orderRequest(call.body);
  if ('status' in request) return request;
  const { clientOrderId } = request;
  if (clientOrderId === '' || clientOrderId.length > LONGEST_CLIENT_ORDER_ID) {
    return invalid('client_order_id is required and has at most 128 characters');
  }
  if (world.repeatedId === 'refuse' && world.exchange.state.byClientId.has(clientOrderId)) {
    return refused(refuse('DUPLICATE_CLIENT_ORDER_ID'), request.configuration);
  }
  const placed = world.exchange.place(request, call.moment);
  if (placed.kind === 'malformed') return invalid(placed.message);
  if (placed.kind === 'refused') return refused(placed, request.configuration);
  return json({
    success: true,
    success_response: {
      order_id: placed.order.orderId,
      // A repeated id brings back the first order under the words of the second request: seen on the real exchange.
      product_id: request.productId,
      side: request.side,
      client_order_id: clientOrderId,
      attached_order_id: placed.order.attachedOrderId,
    },
    order_configuration: request.configuration,
  });
};

export const previewOrder: Handler = (world, call) => {
  const request = orderRequest(call.body);
  if ('status' in request) return request;
  const checked = world.exchange.check(request, call.moment);
  if (checked.kind === 'malformed') return invalid(checked.message);
  const previewId = idOf(world.exchange.seed, 'preview', JSON.stringify([call.moment.nowMs, call.body]));
  if (checked.kind === 'refused') return json(failedPreview(checked));
  return json(goodPreview(world, call, request.side, checked, previewId));
};

export const cancelOrders: Handler = (world, call) => {
  const ids = isObject(call.body) ? call.body['order_ids'] : undefined;
  if (!Array.isArray(ids) || !ids.every((id) => typeof id === 'string')) return invalid('order_ids is required');
  if (ids.length > MOST_CANCELS)
    return json({ error: 'InvalidArgument', message: 'too many order_ids, at most 100' }, 400);
  const results = ids.map((id) => {
    const word = requestCancel(world.exchange, id, call.moment.nowMs, world.cancelLagMs);
    // A success carries the unknown reason as well.
    return { success: word === null, failure_reason: word ?? 'UNKNOWN_CANCEL_FAILURE_REASON', order_id: id };
  });
  return json({ results });
};

export const editOpenOrder: Handler = (world, call) => {
  const request = editRequest(call.body);
  if ('status' in request) return request;
  const refusal = editOrder(world.exchange, request, call.moment.nowMs);
  return json({ success: refusal === null, errors: refusal === null ? [] : [refusal] });
};

export const previewEdit: Handler = (world, call) => {
  const request = editRequest(call.body);
  if ('status' in request) return request;
  const terms = checkEdit(world.exchange, request, call.moment.nowMs);
  if ('edit_failure_reason' in terms) return json({ errors: [terms] });
  const { order, size, price, hold } = terms;
  const quote = world.exchange.market.quote(order.productId, call.quoteMs);
  return json({
    errors: [],
    slippage: '0',
    order_total: toText(hold),
    commission_total: '0',
    quote_size: toText(((size * price) / 10n ** 12n) as Usd),
    base_size: toText(size),
    best_bid: quote === null ? '' : toText(quote.bid),
    best_ask: quote === null ? '' : toText(quote.ask),
    average_filled_price: toText(averagePrice(order.filledValue, order.filledSize)),
  });
};

function orderRequest(body: unknown): OrderRequest | Reply {
  if (!isObject(body)) return invalid('the body must be a JSON object');
  const productId = textOf(body, 'product_id');
  const side = textOf(body, 'side');
  const configuration = body['order_configuration'];
  const attached = body['attached_order_configuration'];
  if (productId === undefined) return invalid('product_id is required');
  if (side !== 'BUY' && side !== 'SELL') return invalid('side must be BUY or SELL');
  if (!isObject(configuration)) return invalid('order_configuration is required');
  return {
    clientOrderId: textOf(body, 'client_order_id') ?? '',
    productId,
    side,
    configuration,
    attachedConfiguration: isObject(attached) ? attached : null,
  };
}

function editRequest(body: unknown): { orderId: string; size: string | undefined; price: string | undefined } | Reply {
  const orderId = isObject(body) ? textOf(body, 'order_id') : undefined;
  if (!isObject(body) || orderId === undefined) return invalid('order_id is required');
  return { orderId, size: textOf(body, 'size'), price: textOf(body, 'price') };
}

/** HTTP 200 as well: the caller must look at `success`. */
function refused(refusal: Refusal, configuration: JsonObject): Reply {
  return json({
    success: false,
    error_response: {
      error: refusal.reason,
      message: refusal.message,
      error_details: '',
      preview_failure_reason: refusal.preview,
      new_order_failure_reason: 'UNKNOWN_FAILURE_REASON',
    },
    order_configuration: configuration,
  });
}

const PREVIEW_CONSTANTS = {
  is_max: false,
  leverage: '0',
  long_leverage: '0',
  short_leverage: '0',
  max_leverage: '',
  pnl_configuration: null,
};

function failedPreview({ preview }: Refusal): unknown {
  return {
    order_total: '',
    commission_total: '',
    errs: [preview],
    warning: [],
    quote_size: '',
    base_size: '',
    best_bid: '',
    best_ask: '',
    order_margin_total: '',
    slippage: '',
    preview_id: '',
    ...PREVIEW_CONSTANTS,
  };
}

function goodPreview({ exchange }: World, call: Call, side: Side, checked: Checked, previewId: string): unknown {
  const { listing, spec, plan } = checked;
  const quote = exchange.market.quote(listing.productId, call.quoteMs);
  const { total, commission } = side === 'BUY' ? costOfBuying(checked) : proceedsOfSelling(checked, exchange.fees);
  return {
    order_total: toText(total),
    commission_total: toText(commission),
    errs: [],
    warning: ['UNKNOWN'],
    quote_size: toText((side === 'BUY' ? total - commission : total + commission) as Usd),
    base_size: toText(spec.baseSize ?? sizeOf(plan.fills)),
    best_bid: quote === null ? '' : toText(quote.bid),
    best_ask: quote === null ? '' : toText(quote.ask),
    order_margin_total: '0',
    slippage: '0',
    preview_id: previewId,
    ...PREVIEW_CONSTANTS,
  };
}

interface Totals {
  readonly total: Usd;
  readonly commission: Usd;
}

/** What rests costs at most what it holds. */
function costOfBuying({ plan }: Checked): Totals {
  const commission = commissionOf(plan.fills);
  return { total: plan.fills.length > 0 ? costOf(plan.fills) : (plan.hold as Usd), commission };
}

/** What rests brings its limit less the maker fee. */
function proceedsOfSelling({ spec, plan }: Checked, fees: Fees): Totals {
  if (plan.fills.length === 0) {
    const value = notional(spec.baseSize ?? ZERO_QUANTITY, spec.limitPrice ?? ZERO_PRICE, 'down');
    const commission = feeOn(value, fees.maker);
    return { total: (value - commission) as Usd, commission };
  }
  const commission = commissionOf(plan.fills);
  return { total: (costOf(plan.fills) - 2n * commission) as Usd, commission };
}

function commissionOf(fills: readonly Fill[]): Usd {
  return fills.reduce((sum, fill) => sum + fill.commission, 0n) as Usd;
}

const ZERO_PRICE = 0n as Price;
