import path from 'node:path';
import {
  isTerminal,
  ORDER_EVENTS,
  ORDER_STATUSES,
  type OrderEvent,
  type OrderStatus,
  transition,
} from '../../shared/core/execution/lifecycle.ts';
import type { Walk } from './walk.ts';

export const LIFECYCLE_DOC = path.join(import.meta.dirname, '..', '..', 'docs', 'lifecycle.md');

/** What each event means, and who says so. */
const WORDS: Readonly<Record<OrderEvent, string>> = {
  claim: 'one worker has written that it sends the order, with time and hash of the body: the only way to a POST',
  accept: 'the exchange has named its order',
  refuse: 'proven not executed: a documented refusal, or stopped between claim and POST',
  lose: 'the POST may have left and has no readable answer, or its worker never came back',
  fill: 'the exchange calls it filled, and every fill of it is booked',
  cancel: 'withdrawn before it was sent, or ended by a cancel',
  expire: 'its time ran out, here before the POST or there at its end time',
  vanish: 'two complete lists after the settle time do not know it, and the books agree without it',
};

/** The page as it must stand in docs/lifecycle.md. */
export function lifecyclePage({ states, moves, depth }: Walk): string {
  return [
    '# The order lifecycle',
    '',
    'Written by `npm run lifecycle:docs` from the table in `shared/core/execution/lifecycle.ts`, which every change of an order',
    'goes through. A test fails when this page is older than the table.',
    '',
    '```mermaid',
    'stateDiagram-v2',
    '  [*] --> READY : approve',
    ...ORDER_STATUSES.flatMap(arrowsOf),
    ...ORDER_STATUSES.filter(isTerminal).map((status) => `  ${status} --> [*]`),
    '```',
    '',
    'An empty cell is an illegal move. A late fill of an order that has ended is booked, and its status stays.',
    '',
    `| from | ${ORDER_EVENTS.join(' | ')} |`,
    `|---|${ORDER_EVENTS.map(() => '---').join('|')}|`,
    ...ORDER_STATUSES.filter((status) => !isTerminal(status)).map(rowOf),
    '',
    '| event | meaning |',
    '|---|---|',
    ...ORDER_EVENTS.map((event) => `| ${event} | ${WORDS[event]} |`),
    '',
    '## What is proven about it',
    '',
    'A model checker (`test/lifecycle`) walks every state that one order, its reservation, the exchange, the queue and two racing',
    `processes can reach, with crashes, lost answers, late lists and repeated messages: ${figure(states)} states, ${figure(moves)} moves,`,
    `complete at depth ${depth}. On every path:`,
    '',
    '- an entry is posted at most once, and an exit that is posted again makes no second order [I2];',
    '- the reservation is there as long as the order may fill, and is given back exactly once [I3];',
    '- when it is given back, what was filled is booked [I6];',
    '- the path can still end, and an order that stays UNKNOWN has raised an alert.',
    '',
    '`npm run prove:once` meets every call on the real path from tick to fill, and from kill to cancelled, with every fault.',
    '',
  ].join('\n');
}

function arrowsOf(from: OrderStatus): readonly string[] {
  const targets = new Map<OrderStatus, OrderEvent[]>();
  for (const event of ORDER_EVENTS) {
    const moved = transition(from, event);
    if (moved.kind === 'moved') targets.set(moved.status, [...(targets.get(moved.status) ?? []), event]);
  }
  return [...targets].map(([to, events]) => `  ${from} --> ${to} : ${events.join(', ')}`);
}

function rowOf(from: OrderStatus): string {
  const cells = ORDER_EVENTS.map((event) => {
    const moved = transition(from, event);
    return moved.kind === 'moved' ? moved.status : '';
  });
  return `| ${from} | ${cells.join(' | ')} |`;
}

function figure(count: number): string {
  return count.toLocaleString('en-US');
}
