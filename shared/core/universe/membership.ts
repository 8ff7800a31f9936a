import type { UniverseRecord } from '../cycle/decision.ts';
import type { Universe } from '../cycle/decision-config.ts';
import type { ProductId } from '../market/product.ts';
import type { Membership, UniverseMemory } from '../portfolio/account.ts';

/** The word for a symbol that passes every check but has not done so for long enough. */
export const AWAITING = 'hysteresis';

export const OUTSIDE: Membership = { member: false, cycles: 0 };

/**
 * One cycle's step. A member that fails is left out at once, and for as long as it fails; only after enough failing
 * cycles in a row does it lose its place, and then has to pass as many as a newcomer. So a figure that trembles at its
 * threshold does not let a symbol in and out, and no check is ever passed over.
 */
export function stepMembership(
  before: Membership,
  passes: boolean,
  { cycles_to_enter, cycles_to_leave }: Universe['hysteresis'],
): Membership {
  if (before.member === passes) return { member: before.member, cycles: 0 };
  const cycles = before.cycles + 1;
  const needed = passes ? cycles_to_enter : cycles_to_leave;
  return cycles >= needed ? { member: passes, cycles: 0 } : { member: before.member, cycles };
}

/**
 * What the next cycle has to remember. A symbol that the universe no longer looks at counts as failing, and nothing is
 * kept of one that is simply outside.
 */
export function nextMemory(
  memory: UniverseMemory,
  records: Iterable<UniverseRecord>,
  hysteresis: Universe['hysteresis'],
): UniverseMemory {
  const passing = new Set([...records].filter(isPassing).map(({ symbol }) => symbol));
  if (isSettled(memory, passing)) return memory;
  const symbols = [...new Set([...(Object.keys(memory) as ProductId[]), ...passing])].sort();
  const next = symbols.map(
    (symbol) => [symbol, stepMembership(memory[symbol] ?? OUTSIDE, passing.has(symbol), hysteresis)] as const,
  );
  return Object.fromEntries(next.filter(([, { member, cycles }]) => member || cycles > 0)) as UniverseMemory;
}

/** Members pass, nobody else does, and nobody is on the way in or out: another cycle changes nothing. */
function isSettled(memory: UniverseMemory, passing: ReadonlySet<ProductId>): boolean {
  const symbols = Object.keys(memory) as ProductId[];
  if (symbols.length !== passing.size) return false;
  return symbols.every((symbol) => {
    const { member, cycles } = memory[symbol] as NonNullable<UniverseMemory[ProductId]>;
    return member && cycles === 0 && passing.has(symbol);
  });
}

function isPassing({ eligible, exclusion_reason }: UniverseRecord): boolean {
  return eligible || exclusion_reason === AWAITING;
}
