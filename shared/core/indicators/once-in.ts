import type { Candles } from '../market/candles.ts';

const known = new WeakMap<Candles, Map<object, unknown>>();

/**
 * What a pure function says of a window under some settings, asked once. Windows never change; one that is shown again, as
 * a backtest does while its newest bar is the same, has the same answer.
 */
export function onceIn<Settings extends object, Answer>(
  window: Candles,
  settings: Settings,
  ask: (window: Candles, settings: Settings) => Answer,
): Answer {
  const answers = known.get(window) ?? new Map<object, unknown>();
  known.set(window, answers);
  if (!answers.has(settings)) answers.set(settings, ask(window, settings));
  return answers.get(settings) as Answer;
}
