import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressGroup } from './address-group.ts';

test('an IPv4 address counts for itself, in IPv6 form too', () => {
  assert.equal(addressGroup('203.0.113.9'), '203.0.113.9');
  assert.equal(addressGroup('::ffff:203.0.113.9'), '203.0.113.9');
  assert.equal(addressGroup('::FFFF:203.0.113.9'), '203.0.113.9');
});

test('all addresses of a /64 network of IPv6 count as one, in whatever form they are written', () => {
  const same = [
    '2001:db8:0:7::1',
    '2001:DB8:0:7:ffff:ffff:ffff:ffff',
    '2001:0db8:0000:0007:0:0:0:2',
    '2001:db8:0:7::203.0.113.9',
    '2001:db8:0:7::1%eth0',
  ];
  for (const address of same) assert.equal(addressGroup(address), '2001:db8:0:7::/64', address);
  assert.equal(addressGroup('2001:db8:0:8::1'), '2001:db8:0:8::/64');
  assert.equal(addressGroup('2001:db8::1'), '2001:db8:0:0::/64');
  assert.equal(addressGroup('::1:0:0:0:0'), '0:0:0:1::/64');
});

test('the machine itself is nobody, what cannot be read is one and the same', () => {
  for (const own of ['127.0.0.1', '127.8.8.8', '::1', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1'])
    assert.equal(addressGroup(own), undefined, own);
  for (const odd of ['', 'unknown', '203.0.113', '1.2.3.4.5', '::g', '203.0.113.9, 127.0.0.1'])
    assert.equal(addressGroup(odd), 'unknown', odd);
});
