/** Every cycle's inputs as JSON text, compressed by the adapter, kept for replay. */
export interface SnapshotArchive {
  put(slotMs: number, inputs: string): Promise<void>;
  get(slotMs: number): Promise<string | undefined>;
}
