import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { openForwarded } from './forwarded.ts';

function request(remoteAddress: string, headers: Record<string, string>): IncomingMessage {
  return {
    socket: { remoteAddress },
    headers: { host: 'inside:9400', ...headers },
  } as unknown as IncomingMessage;
}

const headers = {
  'x-forwarded-for': '203.0.113.7, 10.0.0.9',
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'id.example.com',
};

test('HUI-08 forwarded headers of a configured proxy are believed', () => {
  const origin = openForwarded(['10.0.0.0/8'])(request('::ffff:10.1.2.3', headers));
  assert.deepEqual(origin, { address: '203.0.113.7', protocol: 'https', host: 'id.example.com' });
});

test('HUI-08 forwarded headers of anyone else are ignored and removed', () => {
  const from = request('198.51.100.4', headers);
  assert.deepEqual(openForwarded(['10.0.0.0/8'])(from), {
    address: '198.51.100.4',
    protocol: 'http',
    host: 'inside:9400',
  });
  assert.deepEqual(Object.keys(from.headers), ['host']);
});

test('an address that the client itself put in front is not taken for the client', () => {
  const origin = openForwarded(['10.0.0.0/8'])(
    request('10.0.0.1', { 'x-forwarded-for': '127.0.0.1, 198.51.100.4, 10.0.0.9' }),
  );
  assert.equal(origin.address, '198.51.100.4');
});

test('ATK-45 a forwarded address that cannot be read makes nobody a proxy', () => {
  const read = (value: string) =>
    openForwarded(['10.0.0.1'])(request('10.0.0.1', { 'x-forwarded-for': value })).address;
  for (const broken of ['nonsense', '203.0.113.7, nonsense', '203.0.113.7:8080', '203.0.113.7,', ','])
    assert.equal(read(broken), 'unknown', broken);
  for (const nothing of ['', ' ']) assert.equal(read(nothing), '10.0.0.1');
});
