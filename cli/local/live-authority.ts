import type { LiveAuthority } from '../../shared/ports/live-authority.ts';

/** LIVE without gates, for an exchange that holds no money: granted on loopback only [I10]. */
export function simulatorAuthority(apiUrl: string): LiveAuthority {
  const { hostname } = new URL(apiUrl);
  const isLoopback = hostname === '127.0.0.1' || hostname === '[::1]' || hostname === 'localhost';
  return { refusal: async () => (isLoopback ? null : `${hostname} is not a simulator on this machine`) };
}
