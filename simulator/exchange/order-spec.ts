import { type Fixed, type Price, parseFixed, type Quantity, type Usd } from '../../shared/core/money/fixed.ts';
import { isObject, type JsonObject, textOf } from './json.ts';
import { type Malformed, malformed, type Refusal, refuse, refuseByPreview } from './refusal.ts';

export type Side = 'BUY' | 'SELL';

/** An order configuration, read and typed. Which fields are set follows from `kind`. */
export interface OrderSpec {
  /** The key on the wire: "limit_limit_gtc". */
  readonly variant: string;
  readonly kind: 'market' | 'limit' | 'stop' | 'bracket';
  readonly timeInForce: 'IOC' | 'GTC' | 'GTD' | 'FOK';
  readonly baseSize: Quantity | null;
  readonly quoteSize: Usd | null;
  readonly limitPrice: Price | null;
  /** The trigger of a stop-limit or of a bracket's stop leg. */
  readonly stopPrice: Price | null;
  readonly stopDirection: 'UP' | 'DOWN' | null;
  readonly isPostOnly: boolean;
  readonly endMs: number | null;
}

export interface ParsedSpec {
  readonly kind: 'parsed';
  readonly spec: OrderSpec;
}

/** The exit bracket that a buy carries along. */
export interface AttachedSpec {
  readonly takeProfit: Price;
  readonly stopLoss: Price;
}

type Variant = Pick<OrderSpec, 'kind' | 'timeInForce'>;

const VARIANTS: { readonly [key: string]: Variant | undefined } = {
  market_market_ioc: { kind: 'market', timeInForce: 'IOC' },
  sor_limit_ioc: { kind: 'limit', timeInForce: 'IOC' },
  limit_limit_gtc: { kind: 'limit', timeInForce: 'GTC' },
  limit_limit_gtd: { kind: 'limit', timeInForce: 'GTD' },
  limit_limit_fok: { kind: 'limit', timeInForce: 'FOK' },
  stop_limit_stop_limit_gtc: { kind: 'stop', timeInForce: 'GTC' },
  stop_limit_stop_limit_gtd: { kind: 'stop', timeInForce: 'GTD' },
  trigger_bracket_gtc: { kind: 'bracket', timeInForce: 'GTC' },
  trigger_bracket_gtd: { kind: 'bracket', timeInForce: 'GTD' },
};
const KNOWN_BUT_REFUSED = new Set(['market_market_fok', 'twap_limit_gtd', 'scaled_limit_gtc']);
const DIRECTIONS: { readonly [key: string]: 'UP' | 'DOWN' | undefined } = {
  STOP_DIRECTION_STOP_UP: 'UP',
  STOP_DIRECTION_STOP_DOWN: 'DOWN',
};

export function parseSpec(configuration: unknown, nowMs: number): ParsedSpec | Refusal | Malformed {
  if (!isObject(configuration)) return malformed('order_configuration is required');
  const keys = Object.keys(configuration);
  const [variant] = keys;
  if (keys.length !== 1 || variant === undefined) return malformed('order_configuration must hold exactly one key');
  if (KNOWN_BUT_REFUSED.has(variant)) return refuse('UNSUPPORTED_ORDER_CONFIGURATION');
  const known = Object.hasOwn(VARIANTS, variant) ? VARIANTS[variant] : undefined;
  const fields = configuration[variant];
  if (known === undefined || !isObject(fields)) return malformed(`unknown order configuration "${variant}"`);
  if (fields['reduce_only'] === true) return refuse('REDUCE_ONLY_NOT_ALLOWED_ON_SPOT_PRODUCTS');
  return readingNumbers(() => checkShape(specOf(variant, known, fields), fields, nowMs));
}

function readingNumbers<Value>(read: () => Value): Value | Refusal {
  try {
    return read();
  } catch (error) {
    if (error instanceof NotANumber) return refuseByPreview('PREVIEW_NON_NUMERIC_ORDER_SIZE', error.message);
    throw error;
  }
}

/** null: nothing attached. */
export function parseAttached(value: unknown): AttachedSpec | null | Refusal | Malformed {
  if (value === undefined || value === null) return null;
  const bracket = isObject(value) ? value['trigger_bracket_gtc'] : undefined;
  if (!isObject(bracket)) return malformed('attached_order_configuration takes trigger_bracket_gtc only');
  if ('base_size' in bracket) return refuse('ATTACHED_ORDER_SIZE_MUST_BE_NIL');
  return readingNumbers(() => {
    const takeProfit = decimal<'usd-per-base'>(bracket, 'limit_price');
    const stopLoss = decimal<'usd-per-base'>(bracket, 'stop_trigger_price');
    if (takeProfit === null || stopLoss === null) return malformed('the attached bracket needs both prices');
    return { takeProfit, stopLoss };
  });
}

class NotANumber extends Error {}

function specOf(variant: string, { kind, timeInForce }: Variant, fields: JsonObject): OrderSpec {
  const end = textOf(fields, 'end_time');
  return {
    variant,
    kind,
    timeInForce,
    baseSize: decimal<'base'>(fields, 'base_size'),
    quoteSize: decimal<'usd'>(fields, 'quote_size'),
    limitPrice: kind === 'market' ? null : decimal<'usd-per-base'>(fields, 'limit_price'),
    stopPrice: decimal<'usd-per-base'>(fields, kind === 'bracket' ? 'stop_trigger_price' : 'stop_price'),
    stopDirection: DIRECTIONS[textOf(fields, 'stop_direction') ?? ''] ?? null,
    isPostOnly: fields['post_only'] === true,
    endMs: timeInForce === 'GTD' && end !== undefined ? Date.parse(end) : null,
  };
}

function checkShape(spec: OrderSpec, fields: JsonObject, nowMs: number): ParsedSpec | Refusal | Malformed {
  const sizes = [spec.baseSize, spec.quoteSize].filter((size) => size !== null);
  if (sizes.length !== 1) return refuseByPreview('PREVIEW_INVALID_ORDER_CONFIG', 'give base_size or quote_size');
  // Quote-sized limits stand in the schema of the real exchange; nobody was seen using them.
  if (spec.kind !== 'market' && spec.quoteSize !== null) return refuse('UNSUPPORTED_ORDER_CONFIGURATION');
  if (spec.kind === 'market' && 'limit_price' in fields) return refuse('PRICE_NOT_ALLOWED_FOR_MARKET_ORDERS');
  if (spec.isPostOnly && spec.timeInForce === 'FOK') return refuse('POST_ONLY_NOT_ALLOWED_WITH_FOK');
  if (spec.kind !== 'market' && spec.limitPrice === null) return malformed('limit_price is required');
  return checkStop(spec) ?? checkEnd(spec, nowMs) ?? { kind: 'parsed', spec };
}

function checkStop(spec: OrderSpec): Malformed | null {
  if (spec.kind === 'stop' && spec.stopDirection === null) return malformed('stop_direction is required');
  const needsStop = spec.kind === 'stop' || spec.kind === 'bracket';
  return needsStop && spec.stopPrice === null ? malformed('a stop price is required') : null;
}

function checkEnd({ timeInForce, endMs }: OrderSpec, nowMs: number): Refusal | null {
  if (timeInForce !== 'GTD') return null;
  if (endMs === null) return refuse('GTD_ORDERS_MUST_HAVE_END_TIME');
  if (Number.isNaN(endMs)) return refuseByPreview('PREVIEW_INVALID_END_TIME');
  return endMs <= nowMs ? refuse('END_TIME_IS_IN_THE_PAST') : null;
}

/** null when absent. Throws NotANumber for what is not a positive plain decimal in text. */
function decimal<Unit extends string>(fields: JsonObject, key: string): Fixed<Unit> | null {
  const text = fields[key];
  if (text === undefined || text === '' || text === null) return null;
  if (typeof text !== 'string') throw new NotANumber(`${key} must be decimal text`);
  try {
    const value = parseFixed<Unit>(text);
    if (value > 0n) return value;
  } catch {
    // The reason below says it better.
  }
  throw new NotANumber(`${key} is not a positive decimal: ${text.slice(0, 40)}`);
}
