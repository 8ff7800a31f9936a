/**
 * Memory of each function, which is also its share of a processor: 1,769 MB are a whole one. Chosen from measured processor
 * time and from what the loaded code holds (docs/decisions/026-memory-by-processor-time.md).
 */
export const MEMORY_MB = {
  decide: 512,
  execute: 512,
  halt: 512,
  watch: 128,
  escalate: 256,
  hygiene: 1_024,
  webhook: 256,
} as const;
