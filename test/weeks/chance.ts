/** All that is drawn in a run, from one seed. */
export interface Chance {
  draw(): number;
  between(low: number, high: number): number;
  of<Item>(items: readonly Item[]): Item;
  /** Whether this process dies. */
  die(): boolean;
  /** What becomes of one call to the table. */
  table(): 'none' | 'before' | 'after';
  unreadable(): boolean;
  /** Whether the switch is pulled at this very call. */
  aimed(): boolean;
}

const DEATHS = 0.03;
const TABLE = { usual: 0.0005, bad: 0.08 } as const;
const UNREADABLE = 0.5;
const AIMED = 0.00003;

export function chanceOf(
  random: (use: string) => () => number,
  isOn: (episode: string) => boolean,
  rage: number,
): Chance {
  const [draw, deaths, table, blind, aim] = ['hand', 'deaths', 'table', 'blind', 'aim'].map(random) as [
    () => number,
    () => number,
    () => number,
    () => number,
    () => number,
  ];
  return {
    draw,
    between: (low, high) => low + (high - low) * draw(),
    of: (items) => items[Math.floor(draw() * items.length)] as (typeof items)[number],
    die: () => deaths() < (isOn('quiet') ? 0 : DEATHS * rage),
    table() {
      if (isOn('quiet')) return 'none';
      const share = isOn('table') ? TABLE.bad : TABLE.usual;
      const drawn = table();
      if (drawn >= share) return 'none';
      return drawn < share / 2 ? 'before' : 'after';
    },
    aimed: () => !isOn('quiet') && aim() < AIMED * rage,
    unreadable: () => isOn('unreadable') && blind() < UNREADABLE,
  };
}
