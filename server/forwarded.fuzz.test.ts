import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { test } from 'node:test';
import { anyText, fc, textOf } from '#adapters/testing/fuzz.ts';
import { addressGroup } from './accounts/limits/address-group.ts';
import { openForwarded } from './forwarded.ts';

const read = openForwarded(['10.0.0.0/8', 'fd00::/8', '192.0.2.1']);
const HEADERS = ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'x-forwarded-port', 'forwarded'];

const proxy = fc.constantFrom('10.0.0.1', '10.255.1.2', '::ffff:10.0.0.1', 'fd00::1', '192.0.2.1');
const client = fc
  .oneof(fc.ipV4(), fc.ipV6())
  .filter(
    (address) =>
      !/^(10\.|192\.0\.2\.1$|fd|::ffff:|0*:0*:0*:0*:0*:)/i.test(address) && !address.startsWith(':'),
  );
/** What a client may write into a header of its own. */
const written = fc.oneof(
  anyText(),
  textOf(['127.0.0.1', '10.0.0.9', '::1', ',', ' ', 'unknown', '[', ']', ':80', 'for=', '"', '%eth0', '\t']),
);
const headers = fc.record(
  Object.fromEntries(HEADERS.map((name) => [name, written])) as Record<string, typeof written>,
  {
    requiredKeys: [],
  },
);

function request(remoteAddress: string, headers: Record<string, string | undefined>): IncomingMessage {
  return {
    socket: { remoteAddress },
    headers: { host: 'inside:9400', ...headers },
  } as unknown as IncomingMessage;
}

test('HUI-08 ATK-45 whoever is no proxy says nothing about itself that is believed, or reaches a later reader', () => {
  fc.assert(
    fc.property(client, headers, (peer, headers) => {
      const from = request(peer, headers);
      assert.deepEqual(read(from), { address: peer, protocol: 'http', host: 'inside:9400' });
      assert.deepEqual(Object.keys(from.headers), ['host']);
    }),
  );
});

test('ATK-45 whatever a client writes before what our proxies add, its address is the one that they saw', () => {
  const proxies = fc.array(proxy, { maxLength: 3 });
  fc.assert(
    fc.property(
      proxy,
      client,
      written,
      proxies,
      fc.constantFrom(',', ', ', ' ,  '),
      (peer, client, before, between, comma) => {
        const list = [before, client, ...between].join(comma);
        assert.equal(read(request(peer, { 'x-forwarded-for': list })).address, client);
      },
    ),
  );
});

test('ATK-45 whatever a proxy passes on, attempts are counted for somebody', () => {
  fc.assert(
    fc.property(proxy, headers, (peer, headers) => {
      const from = request(peer, headers);
      const { address, protocol } = read(from);
      assert.ok(isIP(address) !== 0 || address === 'unknown', address);
      const said = headers['x-forwarded-for']?.trim();
      const bare = (entry: string) => /^\[([^\]]*)\]/.exec(entry)?.[1] ?? entry.replace(/(\.\d+):\d*$/, '$1');
      const own = said?.split(',').some((entry) => addressGroup(bare(entry.trim())) === undefined);
      if (said && !own) assert.notEqual(addressGroup(address), undefined);
      assert.ok(protocol === 'http' || protocol === 'https');
      assert.deepEqual(Object.keys(from.headers), ['host']);
    }),
  );
});
