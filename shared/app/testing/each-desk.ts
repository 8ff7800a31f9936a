import { afterAll, beforeAll, beforeEach } from 'vitest';
import { type Desk, type DeskStore, startDesks } from './desk.ts';

/** Opens desks for the tests of a file or a group, on one table that ends with them. */
export function deskOpener(): () => Desk {
  let desks: DeskStore;
  beforeAll(async () => {
    desks = await startDesks();
  });
  afterAll(() => desks.close());
  return () => desks.open();
}

/** A desk of its own for every test. Returns what opens another one. */
export function eachDesk(take: (desk: Desk) => void): () => Desk {
  const open = deskOpener();
  beforeEach(() => take(open()));
  return open;
}
