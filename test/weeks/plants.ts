import type { CyclePorts, CycleSettings, HaltSettings } from '../../shared/app/ports.ts';
import { type Quantity, ZERO_USD } from '../../shared/core/money/fixed.ts';

/** Faults that are built into the bot on purpose, to see them found. */
export const PLANTS = [
  'none',
  'resend',
  'greedy',
  'bare',
  'deaf',
  'forgetful',
  'cheap',
  'drifting',
  'misread',
] as const;
export type Plant = (typeof PLANTS)[number];

type Settings = CycleSettings & HaltSettings;

export function sabotaged(plant: Plant, ports: CyclePorts): CyclePorts {
  switch (plant) {
    case 'resend':
      return {
        ...ports,
        exchange: {
          ...ports.exchange,
          async place(order) {
            const answer = await ports.exchange.place(order);
            if (answer.kind !== 'ambiguous') return answer;
            const clientOrderId = `${order.clientOrderId}again`;
            const body = order.body.replace(order.clientOrderId, clientOrderId);
            return ports.exchange.place({ ...order, clientOrderId, body });
          },
        },
      };
    case 'deaf':
      return { ...ports, killSwitch: { read: async () => ({ kind: 'armed' }) } };
    case 'forgetful':
      return { ...ports, exchange: { ...ports.exchange, fillsSince: async () => ({ kind: 'ok', value: [] }) } };
    case 'cheap':
      return {
        ...ports,
        exchange: {
          ...ports.exchange,
          async fillsSince(sinceMs, orderIds) {
            const read = await ports.exchange.fillsSince(sinceMs, orderIds);
            if (read.kind !== 'ok') return read;
            return { ...read, value: read.value.map((fill) => ({ ...fill, commission: ZERO_USD })) };
          },
        },
      };
    case 'misread':
      return {
        ...ports,
        exchange: {
          ...ports.exchange,
          async balances() {
            const read = await ports.exchange.balances();
            if (read.kind !== 'ok') return read;
            const short = (available: Quantity) => ((available * 49n) / 50n) as Quantity;
            return {
              ...read,
              value: read.value.map((balance) =>
                balance.currency === 'USD' ? balance : { ...balance, available: short(balance.available) },
              ),
            };
          },
        },
      };
    case 'bare':
      return {
        ...ports,
        exchange: {
          ...ports.exchange,
          place: async (order) =>
            order.record.intent.purpose === 'protect'
              ? { kind: 'refused', status: 400, reasons: [], message: 'not today' }
              : ports.exchange.place(order),
        },
      };
    default:
      return ports;
  }
}

export function greedy(plant: Plant, settings: Settings): Settings {
  if (plant !== 'greedy') return settings;
  const { config } = settings;
  const risk = {
    ...config.policy.risk,
    max_position_size_pct: 40,
    max_theme_exposure_pct: 40,
    max_total_at_risk_pct: 40,
  };
  const proposals = { ...config.policy.proposals, base_position_pct: { T1: 9, T2: 8, T3: 4 } };
  return { ...settings, config: { ...config, policy: { ...config.policy, risk, proposals } } };
}
