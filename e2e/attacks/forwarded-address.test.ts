import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHttpSession } from '../http-session.ts';
import { hostedAt, openSignIn } from '../person.ts';
import { startFoyer } from '../start.ts';
import { storyPool } from '../story-pool.ts';

const LIMIT = 4;
const QUARTER = 15 * 60 * 1000;

/** Wrong passwords, each for another name and with another of these headers: how they were answered, and who was seen. */
async function guess(trustedProxies: string, forwarded: Record<string, string>[]) {
  const env = { FOYER_TRUSTED_PROXIES: trustedProxies, FOYER_LIMIT_GUESSES_PER_ADDRESS: String(LIMIT) };
  const foyer = await startFoyer({ poolFile: storyPool(), env });
  // Just behind the beginning of a quarter of an hour, in which guesses are counted together.
  await foyer.shiftClock(QUARTER - (Date.now() % QUARTER) + 1000);
  const statuses: number[] = [];
  for (const [index, headers] of forwarded.entries()) {
    const session = openHttpSession((url, init) =>
      fetch(url, { ...init, headers: { ...Object.fromEntries(new Headers(init.headers)), ...headers } }),
    );
    const form = await openSignIn(session, hostedAt(foyer));
    const fields = { username: `person${index}@example.com`, password: 'Wrong-Horse-7' };
    statuses.push((await session.submit(form, fields)).status);
  }
  await foyer.stop();
  const posts = foyer.log().filter((line) => line.includes('"method":"POST"'));
  const [...addresses] = new Set(posts.map((line) => /"address":"([^"]*)"/.exec(line)?.[1]));
  return { statuses, addresses };
}

test('ATK-45 a forwarded address that cannot be read is no way around the count', async () => {
  const unreadable = [
    ...['unknown', '203.0.113.1:port', '[2001:db8::1', '203.0.113.300', '0x7f.1', 'a, b'],
    ...['203.0.113.7, ?', '%', '203.0.113.7;'],
  ];
  const { statuses, addresses } = await guess(
    '127.0.0.1,::1',
    unreadable.map((value) => ({ 'x-forwarded-for': value })),
  );
  assert.deepEqual(statuses, [400, 400, 400, 400, 429, 429, 429, 429, 429]);
  assert.deepEqual(addresses, ['unknown']);
});

test('ATK-45 ports in a forwarded address make no other addresses of it', async () => {
  const { statuses, addresses } = await guess(
    '127.0.0.1,::1',
    [1, 2, 3, 4, 5, 6].map((port) => ({ 'x-forwarded-for': `203.0.113.1:${port}` })),
  );
  assert.deepEqual(statuses, [400, 400, 400, 400, 429, 429]);
  assert.deepEqual(addresses, ['203.0.113.1']);
});

test('ATK-45 whoever is no configured proxy is who they are, whatever their headers say', async () => {
  const { addresses } = await guess('192.0.2.0/24', [
    ...['203.0.113.1', 'nonsense', '10.0.0.1, 192.0.2.1'].map((value) => ({ 'x-forwarded-for': value })),
    { 'x-real-ip': '203.0.113.4' },
    { forwarded: 'for=203.0.113.6' },
    { 'x-client-ip': '203.0.113.7', 'true-client-ip': '203.0.113.7', 'cf-connecting-ip': '203.0.113.7' },
  ]);
  assert.deepEqual(addresses, ['127.0.0.1']);
});
