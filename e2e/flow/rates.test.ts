import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SERVICE_RATES } from '../../server/settings/rates.ts';
import { openHttpSession } from '../http-session.ts';
import { openPages } from './open-pages.ts';
import { addPerson, PASSWORD } from './people.ts';

test('with rates a pool takes so many forms a second; the page says so and when to come again', async () => {
  const pages = await openPages();
  await addPerson(pages.pool, 'maria');
  pages.pool.rates = { ...SERVICE_RATES, 'user-authentication': 2 };
  const browser = openHttpSession();
  const form = await browser.get(pages.begin().page('sign-in'));
  const submit = (password: string) => browser.submit(form, { username: 'maria', password });
  assert.equal((await submit('Wrong-Horse-7')).status, 400);
  assert.equal((await submit('Wrong-Horse-7')).status, 400);
  const refused = await submit(PASSWORD);
  assert.equal(refused.status, 429);
  assert.equal(refused.headers.get('retry-after'), '1');
  assert.match(refused.body, /tried too often/);
  pages.pass(1000);
  assert.equal((await submit(PASSWORD)).status, 302);
});
