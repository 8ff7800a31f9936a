import type { Exchange, Moment } from '../exchange/exchange.ts';
import type { Reply } from './reply.ts';

export interface Scopes {
  readonly view: boolean;
  readonly trade: boolean;
  readonly transfer: boolean;
}

/** One request as the handlers see it. */
export interface Call {
  /** The `:id` of the path. */
  readonly id: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly isPublic: boolean;
  /** null on the public surface. */
  readonly scopes: Scopes | null;
  /** The time the exchange tells; differs from the moment's under a clock fault. */
  readonly toldMs: number;
  /** Quotes are served as of this time; earlier than now under a staleness fault. */
  readonly quoteMs: number;
  readonly moment: Moment;
}

export interface World {
  readonly exchange: Exchange;
  readonly candleTexts: Map<string, Map<number, string>>;
  readonly productTexts: Map<string, { readonly key: string; readonly text: string }>;
  readonly userId: string;
  readonly portfolioId: string;
  /** Orders and fills can be read back only this long after they happened. */
  readonly visibilityLagMs: number;
  readonly cancelLagMs: number;
  /** A known client order id is answered with the order, or refused by name: both were seen. */
  readonly repeatedId: 'replay' | 'refuse';
}

export type Handler = (world: World, call: Call) => Reply;
