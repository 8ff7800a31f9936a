import type { ApiKey, Secrets } from '../../ports/secrets.ts';

/** Keys handed over in memory (generated for the simulator, or read by the caller); they touch no file. */
export function memorySecrets(keys: { readonly view: ApiKey; readonly trade: ApiKey }): Secrets {
  return { apiKey: async (purpose) => keys[purpose] };
}
