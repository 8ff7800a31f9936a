/** The whole order lifecycle on one screen. A missing cell is an illegal move. Partial fill is a quantity, not a status. */
const NEXT = {
  READY: { claim: 'SENDING', expire: 'EXPIRED', cancel: 'CANCELLED' },
  // The POST may have left. Only a proven refusal is REJECTED; everything else is UNKNOWN.
  SENDING: { accept: 'WORKING', refuse: 'REJECTED', lose: 'UNKNOWN' },
  WORKING: { fill: 'FILLED', cancel: 'CANCELLED', expire: 'EXPIRED', refuse: 'REJECTED' },
  UNKNOWN: {
    accept: 'WORKING',
    fill: 'FILLED',
    cancel: 'CANCELLED',
    expire: 'EXPIRED',
    refuse: 'REJECTED',
    vanish: 'NOT_PLACED',
  },
  FILLED: {},
  // A late fill is real money: its quantity is booked and the status stays.
  CANCELLED: {},
  EXPIRED: {},
  REJECTED: {},
  NOT_PLACED: {},
} as const satisfies Record<string, Partial<Record<string, string>>>;

export type OrderStatus = keyof typeof NEXT;

export const ORDER_STATUSES = Object.keys(NEXT) as readonly OrderStatus[];
export const ORDER_EVENTS = ['claim', 'accept', 'refuse', 'lose', 'fill', 'cancel', 'expire', 'vanish'] as const;
export type OrderEvent = (typeof ORDER_EVENTS)[number];

export type Transition = { readonly kind: 'moved'; readonly status: OrderStatus } | { readonly kind: 'illegal' };

export function transition(from: OrderStatus, event: OrderEvent): Transition {
  const cell: Partial<Record<string, OrderStatus>> = NEXT[from];
  const status = Object.hasOwn(cell, event) ? cell[event] : undefined;
  return status === undefined ? { kind: 'illegal' } : { kind: 'moved', status };
}

export function isTerminal(status: OrderStatus): boolean {
  return Object.keys(NEXT[status]).length === 0;
}
