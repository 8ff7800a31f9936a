import http, { type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { judge } from './outcome.ts';
import { createTransport, type Delivery } from './transport.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

async function deliveryFrom(listener: RequestListener, timeoutMs = 5_000): Promise<Delivery> {
  const server = http.createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const transport = createTransport(new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), timeoutMs);
  onTestFinished(() => {
    transport.close();
    server.closeAllConnections();
    server.close();
  });
  return transport.deliver({ method: 'POST', target: '/x', headers: {}, body: '{}', ownConnection: true });
}

const createKind = (delivery: Delivery) => {
  const outcome = judge(delivery, 'create', 0);
  return outcome.kind === 'failed' ? [outcome.failure.kind, outcome.cause] : outcome.kind;
};

test('[I2] a reply that drips, byte by byte, is lost when its time is up: no byte prolongs it', async () => {
  const began = performance.now();
  const delivery = await deliveryFrom((_request, response) => {
    response.writeHead(200, JSON_TYPE);
    const drip = setInterval(() => response.write(' '), 20);
    response.on('close', () => clearInterval(drip));
  }, 400);
  expect(delivery.kind).toBe('lost');
  expect(performance.now() - began).toBeLessThan(3_000);
  expect(createKind(delivery)).toEqual(['ambiguous', 'doubtful']);
});

test('[I2] a reply that never ends is cut off, and counts as lost', async () => {
  const part = Buffer.alloc(1024 * 1024, ' ');
  const delivery = await deliveryFrom((_request, response) => {
    response.writeHead(200, JSON_TYPE);
    const pour = () => {
      while (!response.destroyed && response.write(part));
      if (!response.destroyed) response.once('drain', pour);
    };
    pour();
  }, 20_000);
  expect(delivery).toMatchObject({ kind: 'lost', why: expect.stringContaining('larger than') });
});

test('[I2] a compressed reply that nobody asked for is in doubt, never read wrong', async () => {
  const headers = { ...JSON_TYPE, 'content-encoding': 'gzip' };
  const delivery = await deliveryFrom(
    (_request, response) => void response.writeHead(200, headers).end(gzipSync('{"success":false}')),
  );
  expect(createKind(delivery)).toEqual(['ambiguous', 'doubtful']);
});

test.each([
  ['half a document', `{"success":true,"success_response":{"order_id":"o`],
  ['a page in the clothes of JSON', '<!doctype html><html></html>'],
  ['two documents', '{"success":false}{"success":true}'],
  ['a byte order mark', '\uFEFF{"success":false}'],
])('[I2] %s is in doubt for a create, never a refusal', async (_name, body) => {
  const delivery = await deliveryFrom((_request, response) => void response.writeHead(200, JSON_TYPE).end(body));
  expect(createKind(delivery)).toEqual(['ambiguous', 'doubtful']);
});
