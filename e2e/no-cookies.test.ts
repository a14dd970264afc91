import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authorizeUrl, hostedAt } from './person.ts';
import { startFoyer } from './start.ts';
import { storyPool } from './story-pool.ts';

test('a browser that keeps no cookies is told so instead of being sent round for ever', async () => {
  const foyer = await startFoyer({ poolFile: storyPool() });
  const page = await fetch(authorizeUrl(hostedAt(foyer)), { headers: { accept: 'text/html' } });
  assert.equal(page.status, 400);
  assert.match(page.url, /\/login\?/);
  assert.match(await page.text(), /cookies/i);
});
