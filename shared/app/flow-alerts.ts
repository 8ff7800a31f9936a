import { larger, portion, ratioFromPct, toText, type Usd } from '../core/money/fixed.ts';
import type { Account } from '../core/portfolio/account.ts';
import type { Flow } from '../core/portfolio/flows.ts';
import { alert } from './alerts.ts';
import type { TraderSettings, TradingPorts } from './ports.ts';

/** A withdrawal of more than this share of equity is booked like any other, and somebody is woken up. */
const ALARM_WITHDRAWAL_PCT = 50;

/** Says what came in and what went out. A deposit is good news; money that leaves must have been sent away by somebody. */
export async function reportFlows(
  ports: TradingPorts,
  { quoteCurrency }: TraderSettings,
  account: Account,
  flows: readonly Flow[],
): Promise<void> {
  for (const flow of flows) {
    const currency = flow.kind === 'cash' ? quoteCurrency : flow.currency;
    const isIn = flow.amount > 0n;
    ports.audit.append('flow_recognised', { currency, amount: toText(flow.amount) });
    const severity = isIn ? 'INFO' : severityOut(account, flow);
    const text = `${toText(flow.amount)} ${currency}: ${isIn ? 'came in' : 'went out'}, and no order explains it`;
    await alert(ports, isIn ? 'DEPOSIT' : 'WITHDRAWAL', currency, text, severity);
  }
}

function severityOut(account: Account, flow: Flow): 'WARNING' | 'CRITICAL' {
  if (flow.kind === 'coin') return 'WARNING';
  const before = larger(equityBefore(account, flow.amount), 0n as Usd);
  return -flow.amount > portion(before, ratioFromPct(ALARM_WITHDRAWAL_PCT), 'down') ? 'CRITICAL' : 'WARNING';
}

/** As the latest decision saw it; before the first one, the cash that was there. */
function equityBefore({ marks, cash }: Account, amount: Usd): Usd {
  return marks === null ? ((cash - amount) as Usd) : marks.day.equity;
}
