import { add, type Quantity, ZERO_QUANTITY } from '../../../core/money/fixed.ts';
import { type Answer, ok } from '../../../ports/answer.ts';
import type { Balance } from '../../../ports/exchange.ts';
import type { CoinbaseClient } from '../client.ts';
import { readAllPages } from '../paging.ts';
import { childOf, requiredText, textOf, type Wire } from '../wire.ts';
import { roundedOf } from '../wire-money.ts';

interface AccountRow extends Balance {
  readonly uuid: string;
}

/** Balances of the key's spot portfolio, one per currency. A currency never held may be absent. */
export async function listBalances(client: CoinbaseClient): Promise<Answer<readonly Balance[]>> {
  const rows = await readAllPages(client, {
    operation: 'accounts',
    path: '/accounts',
    query: [],
    rows: 'accounts',
    pageSize: 250,
    readRow: (row) => (isSpot(row) ? accountOf(row) : null),
  });
  return rows.kind === 'ok' ? ok(perCurrency(rows.value)) : rows;
}

/** Futures wallets and vaults hold nothing that a spot order could spend. */
function isSpot(row: Wire): boolean {
  const platform = textOf(row, 'platform');
  const isConsumer =
    platform === '' || platform === 'ACCOUNT_PLATFORM_UNSPECIFIED' || platform.endsWith('PLATFORM_CONSUMER');
  return isConsumer && !/(VAULT|PERP_FUTURES)$/.test(textOf(row, 'type'));
}

function accountOf(row: Wire): AccountRow {
  return {
    uuid: requiredText(row, 'uuid'),
    currency: requiredText(row, 'currency'),
    available: amountOf(row, 'available_balance'),
    hold: childOf(row, 'hold') === null ? ZERO_QUANTITY : amountOf(row, 'hold'),
  };
}

/** Rounded down: some wallets carry 18 decimals, and what lies below 1e-12 cannot be traded. */
function amountOf(row: Wire, name: string): Quantity {
  const amount = childOf(row, name);
  return amount === null ? roundedOf<'base'>(row, name, 'down') : roundedOf<'base'>(amount, 'value', 'down');
}

function perCurrency(rows: readonly AccountRow[]): readonly Balance[] {
  // A list that shifts between two pages repeats a row.
  const unique = new Map(rows.map((row) => [row.uuid, row]));
  const balances = new Map<string, Balance>();
  for (const { currency, available, hold } of unique.values()) {
    const before = balances.get(currency) ?? { currency, available: ZERO_QUANTITY, hold: ZERO_QUANTITY };
    balances.set(currency, {
      currency,
      available: add(before.available, available),
      hold: add(before.hold, hold),
    });
  }
  return [...balances.values()];
}
