import { add, type Fixed, parseFixed, type Rounding, subtract } from '../../core/money/fixed.ts';
import { DecodeError, pathOf, requiredText, textOf, type Wire } from './wire.ts';

/** A grid value (size, price, increment): exact, or a failure that names the field. */
export function exactOf<Unit extends string>(wire: Wire, name: string): Fixed<Unit> {
  return named(wire, name, requiredText(wire, name), (text) => parseFixed<Unit>(text));
}

/** The same, null when the field is absent. */
export function optionalExactOf<Unit extends string>(wire: Wire, name: string): Fixed<Unit> | null {
  return textOf(wire, name) === '' ? null : exactOf<Unit>(wire, name);
}

export function positiveOf<Unit extends string>(wire: Wire, name: string): Fixed<Unit> {
  const value = exactOf<Unit>(wire, name);
  if (value <= 0n) throw new DecodeError(`${pathOf(wire, name)} is not positive: ${textOf(wire, name)}`);
  return value;
}

/**
 * A computed amount (fee, value, balance), which may carry more than 12 decimals: size x price x rate has up to 20. What
 * lies beyond is rounded as named; anything that is not a decimal number is a failure all the same.
 */
export function roundedOf<Unit extends string>(wire: Wire, name: string, rounding: Rounding): Fixed<Unit> {
  return named(wire, name, requiredText(wire, name), (text) => roundedFixed<Unit>(text, rounding));
}

const LONG_DECIMAL = /^(-?\d{1,30}\.\d{12})(\d{1,200})$/;

export function roundedFixed<Unit extends string>(text: string, rounding: Rounding): Fixed<Unit> {
  const match = LONG_DECIMAL.exec(text);
  if (match === null) return parseFixed<Unit>(text);
  const towardsZero = parseFixed<Unit>(match[1] ?? '');
  if (/^0*$/.test(match[2] ?? '')) return towardsZero;
  const step = parseFixed<Unit>('0.000000000001');
  const isNegative = text.startsWith('-');
  if (rounding === 'up') return isNegative ? towardsZero : add(towardsZero, step);
  return isNegative ? subtract(towardsZero, step) : towardsZero;
}

function named<Value>(wire: Wire, name: string, text: string, parse: (text: string) => Value): Value {
  try {
    return parse(text);
  } catch (error) {
    throw new DecodeError(`${pathOf(wire, name)}: ${error instanceof Error ? error.message : 'not a number'}`);
  }
}
