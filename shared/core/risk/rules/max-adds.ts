import { isDust } from '../../portfolio/valuation.ts';
import { allow, deny, type RiskRule } from '../rule.ts';
import { entryTimes } from './trade-pacing.ts';

const DAY_MS = 86_400_000;

/** Buying more of what is held: not at all unless pyramiding is allowed, and then only so often in 24 hours. */
export const maxAdds: RiskRule = {
  name: 'max_adds',
  appliesTo: 'entries',
  judge({ symbol }, view) {
    const { account, symbols, snapshot, config } = view;
    const position = account.positions[symbol];
    if (position === undefined || isDust(position, symbols.get(symbol), snapshot)) return allow;
    const { allow_pyramiding, max_adds_per_asset_per_day } = config.policy.risk;
    if (!allow_pyramiding) return deny('already_held', 'pyramiding is not allowed');
    const today = entryTimes(view, symbol).filter((atMs) => snapshot.asOfMs - atMs < DAY_MS).length;
    const limit = 1 + max_adds_per_asset_per_day;
    return today < limit ? allow : deny('max_adds', `${today} of ${limit} entries in 24 h`);
  },
};
