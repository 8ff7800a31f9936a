import type { Account } from '../core/portfolio/account.ts';
import { openAccount } from '../core/portfolio/ledger.ts';
import { failureText } from '../ports/answer.ts';
import { cashIn, externalHoldings } from './ledger-check.ts';
import type { CyclePorts, CycleSettings } from './ports.ts';

export type Opened =
  /** `rebuilt`: the account was lost and made again; nothing new is bought in the cycle that did so. Else null. */
  | { readonly kind: 'open'; readonly account: Account; readonly rebuilt: string | null }
  | { readonly kind: 'unanswered'; readonly detail: string };

/**
 * The stored account. Without one: when the exchange knows orders of this bot, its account was lost and is rebuilt from
 * them; else this is its very first cycle, and it starts from the exchange's balances: the quote currency is the bot's
 * cash, every other coin is external and left alone.
 */
export async function openOrLoad(ports: CyclePorts, settings: CycleSettings, fence: number): Promise<Opened> {
  const stored = await ports.accounts.load();
  if (stored !== undefined) return { kind: 'open', account: stored, rebuilt: null };
  // Once in the life of an account, if ever: what makes books again is loaded then.
  const { alertRebuilt, rebuildState } = await import('./rebuild-state.ts');
  // A DRY_RUN account is hypothetical: it never has an order on the exchange.
  const rebuilt = settings.mode === 'DRY_RUN' ? NOTHING : await rebuildState(ports, settings);
  if (rebuilt.kind === 'unanswered') return rebuilt;
  if (rebuilt.kind === 'nothing') return openFresh(ports, settings, fence);

  // Told first: an alert twice is a nuisance, and one lost with its process would never come again.
  await alertRebuilt(ports, settings.config.botId, rebuilt.detail);
  const saved = await saveFirst(ports, rebuilt.account, fence);
  if (saved === null) return TAKEN;
  return { kind: 'open', account: saved, rebuilt: rebuilt.detail };
}

const NOTHING = { kind: 'nothing' } as const;
const TAKEN: Opened = { kind: 'unanswered', detail: 'the account was opened by somebody else meanwhile' };

async function openFresh(ports: CyclePorts, settings: CycleSettings, fence: number): Promise<Opened> {
  const balances = await ports.exchange.balances();
  if (balances.kind !== 'ok') return { kind: 'unanswered', detail: `balances: ${failureText(balances)}` };
  const fresh = openAccount({
    botId: settings.config.botId,
    mode: settings.mode,
    cash: settings.startingCash ?? cashIn(balances.value, settings.quoteCurrency),
    external: externalHoldings(balances.value, settings.quoteCurrency),
    nowMs: ports.clock.nowMs(),
  });
  const account = await saveFirst(ports, fresh, fence);
  if (account === null) return TAKEN;
  ports.audit.append('account_opened', { mode: settings.mode, external: Object.keys(account.external) });
  return { kind: 'open', account, rebuilt: null };
}

async function saveFirst(ports: CyclePorts, opened: Account, fence: number): Promise<Account | null> {
  const account = { ...opened, version: 1, fence };
  return (await ports.accounts.save(account)) === 'saved' ? account : null;
}
