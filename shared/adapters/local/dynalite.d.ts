/** The parts of dynalite in use; it ships no types. */
declare module 'dynalite' {
  import type { Server } from 'node:http';

  interface DynaliteOptions {
    /** LevelDB's folder; in memory when absent. */
    readonly path?: string;
    readonly createTableMs?: number;
    readonly deleteTableMs?: number;
    readonly updateTableMs?: number;
  }

  function dynalite(options?: DynaliteOptions): Server;
  export = dynalite;
}

declare module 'dynalite/db/index.js' {
  interface Store {
    readonly db: {
      /** Rejects with `cause.code` LEVEL_LOCKED when a process holds the folder. */
      open(): Promise<void>;
      close(): Promise<void>;
      values(): { close(): Promise<void> };
    };
  }

  export function create(options: { readonly path: string }): Store;
}
