export type KillState =
  | { readonly kind: 'armed' }
  /** Pulled, or not readable: 'unreadable: ...' counts as killed. */
  | { readonly kind: 'killed'; readonly reason: string };

export interface KillSwitch {
  /** Never throws and never caches. */
  read(): Promise<KillState>;
}
