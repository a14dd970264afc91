import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authorizeUrl, hostedAt } from '../person.ts';
import { startFoyer } from '../start.ts';
import { STORY, storyPool } from '../story-pool.ts';
import { sendRaw } from './raw-request.ts';

const foyer = await startFoyer({ poolFile: storyPool() });
const hosted = hostedAt(foyer);

/** An authorize request whose address and query have so many characters. */
function authorizeOf(length: number): string {
  const url = authorizeUrl(hosted, { state: 's' });
  return url + 's'.repeat(length - url.slice(foyer.url.length).length);
}

test('an address of 8,192 characters is answered, a longer one with 414, whatever it asks for', async () => {
  const longest = await fetch(authorizeOf(8192), { redirect: 'manual' });
  assert.equal(longest.status, 302);
  for (const url of [
    authorizeOf(8193),
    `${foyer.url}/?${'x'.repeat(9000)}`,
    `${hosted}/oauth2/token?${'x'.repeat(9000)}`,
  ]) {
    const refused = await fetch(url, { redirect: 'manual', headers: { accept: 'application/json' } });
    assert.equal(refused.status, 414);
    assert.match(await refused.text(), /"error":"invalid_request"/);
    assert.equal(refused.headers.get('set-cookie'), null);
  }
  const page = await fetch(authorizeOf(9000), { redirect: 'manual', headers: { accept: 'text/html' } });
  assert.match(await page.text(), /<h1>That did not work<\/h1>/);
});

test('more than 16 kB of headers, or an address as long, ends the connection with 431', async () => {
  const { status } = await sendRaw(
    foyer.url,
    `GET /health/live HTTP/1.1\r\nhost: localhost\r\nx-much: ${'x'.repeat(17_000)}\r\n\r\n`,
  );
  assert.equal(status, 431);
  const long = await sendRaw(
    foyer.url,
    `GET /health/live?${'x'.repeat(17_000)} HTTP/1.1\r\nhost: localhost\r\n\r\n`,
  );
  assert.equal(long.status, 431);
});

test('forms of the OAuth endpoints may have 56 kB, and more is not read', async () => {
  const post = (path: string, size: number) =>
    fetch(`${hosted}/oauth2/${path}`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${STORY.machineClient}:${STORY.webSecret}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: `grant_type=client_credentials&token=t&more=${'x'.repeat(size)}`,
    });
  assert.equal((await post('token', 50_000)).status, 200);
  for (const path of ['token', 'revoke']) {
    const refused = await post(path, 60_000);
    assert.equal(refused.status, 400, path);
    assert.match(await refused.text(), /"error":"invalid_request"/);
  }
});
