import { describe, expect, it } from 'vitest';
import { accountOf, BTC, ETH, positionOf, workingOf } from '../../test/core/world.ts';
import type { RaisedAlert } from '../core/alerts/keep-alerts.ts';
import type { Account } from '../core/portfolio/account.ts';
import { liveLeft, watchLiveLeft } from './live-left.ts';

const held = { [BTC]: positionOf('1'), [ETH]: positionOf('2') };

describe('what LIVE has left behind', () => {
  it.each<[string, Account | undefined, string | null]>([
    ['no books', undefined, null],
    ['empty books', accountOf(), null],
    ['positions', accountOf({ positions: held }), 'LIVE left BTC-USD, ETH-USD held; in PAPER nobody follows them'],
    [
      'an order',
      accountOf({ working: { a: workingOf(BTC) } }),
      'LIVE left 1 orders open; in PAPER nobody follows them',
    ],
    [
      'both',
      accountOf({ positions: held, working: { a: workingOf(BTC) } }),
      'LIVE left BTC-USD, ETH-USD held and 1 orders open; in PAPER nobody follows them',
    ],
  ])('[I10] is told by name with %s', (_, account, left) => {
    expect(liveLeft(account, 'PAPER')).toBe(left);
    expect(liveLeft(account, 'LIVE')).toBeNull();
  });

  it('[REQ-AL1] is an alert until a look finds nothing: LIVE_LEFT', async () => {
    const told: (readonly string[])[] = [];
    const look = (account: Account) =>
      watchLiveLeft(
        {
          accounts: { load: async () => account },
          notifier: {
            notify: async (...alerts: readonly RaisedAlert[]) =>
              void told.push(...alerts.map(({ kind, status, severity }) => [kind, status, severity])),
          },
          clock: { nowMs: () => 0 },
        },
        'bot',
        'DRY_RUN',
      );
    await look(accountOf({ positions: held }));
    await look(accountOf());

    expect(told).toEqual([
      ['LIVE_LEFT', 'open', 'WARNING'],
      ['LIVE_LEFT', 'resolved', 'WARNING'],
    ]);
  });
});
