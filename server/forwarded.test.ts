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
  for (const broken of ['nonsense', '203.0.113.7, nonsense', '203.0.113.7,', ','])
    assert.equal(read(broken), 'unknown', broken);
  for (const nothing of ['', ' ']) assert.equal(read(nothing), '10.0.0.1');
});

test('ATK-45 an address with its port is the address, in whatever form a proxy writes it', () => {
  const read = (value: string) =>
    openForwarded(['10.0.0.0/8'])(request('10.0.0.1', { 'x-forwarded-for': value })).address;
  const forms: [string, string][] = [
    ['203.0.113.7:8080', '203.0.113.7'],
    ['198.51.100.4, 203.0.113.7:65535', '203.0.113.7'],
    ['203.0.113.7:4711, 10.0.0.9:80', '203.0.113.7'],
    ['[2001:db8::7]:443', '2001:db8::7'],
    ['[2001:db8::7]', '2001:db8::7'],
    ['2001:db8::7', '2001:db8::7'],
    ['[::ffff:203.0.113.7]:443', '203.0.113.7'],
  ];
  for (const [written, address] of forms) assert.equal(read(written), address, written);
  const broken = ['203.0.113.7:', '203.0.113.7:123456', '203.0.113.7:http', '[203.0.113.7]:80'];
  for (const written of [...broken, '[2001:db8::7', '[]:80', '[2001:db8::7]:', '203.0.113:80', ':80'])
    assert.equal(read(written), 'unknown', written);
});
