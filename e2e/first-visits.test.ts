import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHttpSession } from './http-session.ts';
import { callbackOf, hostedAt, openSignIn, PASSWORD, redeem, signUpAndConfirm } from './person.ts';
import { startFoyer } from './start.ts';
import { storyPool } from './story-pool.ts';

test('pages that a browser opens at once, before it has any cookie, all lead to the end', async () => {
  const foyer = await startFoyer({ poolFile: storyPool() });
  const hosted = hostedAt(foyer);
  const people = ['mina@example.com', 'ina@example.com', 'nina@example.com'];
  for (const email of people) await signUpAndConfirm(foyer, email);

  const browser = openHttpSession();
  const pages = await Promise.all(people.map((email) => openSignIn(browser, hosted, { state: email })));
  for (const [i, page] of pages.entries()) {
    const email = people[i] ?? '';
    const posted = await browser.submit(page, { username: email, password: PASSWORD });
    const answer = callbackOf(await browser.follow(posted, hosted));
    assert.equal(answer.get('state'), email);
    const { body } = await redeem(hosted, answer.get('code') ?? '');
    const claims = JSON.parse(Buffer.from(body['id_token']?.split('.')[1] ?? '', 'base64url').toString());
    assert.equal(claims.email, email);
  }
});
