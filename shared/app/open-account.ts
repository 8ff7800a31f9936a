import type { Account } from '../core/portfolio/account.ts';
import { openAccount } from '../core/portfolio/ledger.ts';
import { failureText } from '../ports/answer.ts';
import { cashIn, externalHoldings } from './ledger-check.ts';
import type { CyclePorts, CycleSettings } from './ports.ts';

export type Opened =
  | { readonly kind: 'open'; readonly account: Account }
  | { readonly kind: 'unanswered'; readonly detail: string };

/**
 * The stored account, or at the very first cycle a new one that starts from the exchange's balances: its quote currency
 * is the bot's cash, every other coin is external and left alone.
 */
export async function openOrLoad(ports: CyclePorts, settings: CycleSettings, fence: number): Promise<Opened> {
  const stored = await ports.accounts.load();
  if (stored !== undefined) return { kind: 'open', account: stored };

  const balances = await ports.exchange.balances();
  if (balances.kind !== 'ok') return { kind: 'unanswered', detail: `balances: ${failureText(balances)}` };
  const fresh = openAccount({
    botId: settings.config.botId,
    mode: settings.mode,
    cash: settings.startingCash ?? cashIn(balances.value, settings.quoteCurrency),
    external: externalHoldings(balances.value, settings.quoteCurrency),
    nowMs: ports.clock.nowMs(),
  });
  const account = { ...fresh, version: 1, fence };
  const saved = await ports.accounts.save(account);
  if (saved !== 'saved') return { kind: 'unanswered', detail: 'the account was opened by somebody else meanwhile' };
  ports.audit.append('account_opened', { mode: settings.mode, external: Object.keys(account.external) });
  return { kind: 'open', account };
}
