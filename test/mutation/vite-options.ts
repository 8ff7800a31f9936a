import type { ViteUserConfig } from 'vitest/config';

/** The desks of shared/app keep their books in memory: the adapters of a table are not what is mutated, and take most of the time. */
export const IN_MEMORY: ViteUserConfig = {
  resolve: { alias: [{ find: './table-stores.ts', replacement: './memory-stores.ts' }] },
};
