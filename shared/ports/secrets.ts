export interface ApiKey {
  /** The key's full name: the JWT's kid and sub. */
  readonly name: string;
  /** PEM (SEC1 or PKCS#8) or base64 Ed25519 seed. Never logged. */
  readonly privateKey: string;
}

/** 'view' for deciding, 'trade' for executing. */
export type KeyPurpose = 'view' | 'trade';

export interface Secrets {
  /** Throws when it cannot be read. */
  apiKey(purpose: KeyPurpose): Promise<ApiKey>;
}
