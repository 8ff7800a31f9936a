/** How a bar fills orders: every figure on the dear side, so that what a backtest earns is not earned by its fills. */
export interface FillModel {
  /** Times the product's usual spread; 0 trades at the middle. */
  readonly spreadFactor: number;
  /** What an order as large as `maxVolumeShare` of a bar's volume pays beside the half spread; a smaller one its root. */
  readonly impactBpsAtCap: number;
  /** Of one bar's volume; what is beyond waits for the next bar, or is cancelled. */
  readonly maxVolumeShare: number;
  /** So many bars after its signal an order is sent: 1 is the next one. */
  readonly latencyBars?: number;
}

export const PESSIMISTIC: FillModel = { spreadFactor: 1, impactBpsAtCap: 20, maxVolumeShare: 0.05 };

/** For tests of identities: nothing costs anything. Fees are the account's own. */
export const FRICTIONLESS: FillModel = { spreadFactor: 0, impactBpsAtCap: 0, maxVolumeShare: 1 };
