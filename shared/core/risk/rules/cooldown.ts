import { allow, deny, type RiskRule } from '../rule.ts';

/** No entry for a while after any fill of the symbol, longer after a stop-out; whichever strategy asks [REQ-CD1]. */
export const cooldown: RiskRule = {
  name: 'cooldown',
  appliesTo: 'entries',
  judge({ symbol }, { account, snapshot }) {
    const running = account.cooldowns[symbol];
    if (running === undefined || snapshot.asOfMs >= running.until_ms) return allow;
    return deny('cooldown', `after a ${running.reason}, ${running.until_ms - snapshot.asOfMs} ms to go`);
  },
};
