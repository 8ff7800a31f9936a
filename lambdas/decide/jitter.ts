/** How long to wait after the slot: uniform from 0 to below `maxMs` [REQ-SCH1]. */
export function drawnJitterMs(maxMs: number, random: () => number): number {
  return Math.floor(random() * maxMs);
}
