import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHttpSession } from '../http-session.ts';
import { hostedAt, mailedCode, openSignIn, PASSWORD, redeem, signUpAndConfirm } from '../person.ts';
import { startFoyer } from '../start.ts';
import { STORY, storyPool } from '../story-pool.ts';

test('after a whole sign-in, and one that fails, the log holds nothing of what was typed, sent or issued', async () => {
  const foyer = await startFoyer({ poolFile: storyPool(), env: { FOYER_LOG_LEVEL: 'trace' } });
  const hosted = hostedAt(foyer);
  const code = await signUpAndConfirm(foyer, 'maria@example.com');
  const mailed = await mailedCode(foyer, 'maria@example.com');
  const { status, body } = await redeem(hosted, code);
  assert.equal(status, 200);

  const session = openHttpSession();
  const page = await openSignIn(session, hosted, { state: 'a-state-of-the-application' });
  await session.submit(page, { username: 'maria@example.com', password: 'Wrong-Horse-7' });
  await redeem(hosted, 'a-code-that-was-never-given');
  await fetch(`${hosted}/oauth2/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${STORY.webClient}:a-wrong-secret`).toString('base64')}`,
    },
    body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: body['refresh_token'] ?? '' }),
  });

  await foyer.stop();
  const log = foyer.log().join('\n');
  assert.match(log, /"path":"\/story\/login"/);
  assert.match(log, /"path":"\/story\/oauth2\/token"/);
  const secrets = {
    PASSWORD,
    code,
    mailed: `"${mailed}"`,
    wrong: 'Wrong-Horse-7',
    state: 'a-state-of-the-application',
    unknown: 'a-code-that-was-never-given',
    secret: 'a-wrong-secret',
    sealed: STORY.webSecret,
    access: body['access_token'] ?? '',
    id: body['id_token'] ?? '',
    refresh: body['refresh_token'] ?? '',
  };
  for (const [name, secret] of Object.entries(secrets)) {
    assert.ok(secret.length > 5, name);
    assert.ok(!log.includes(secret), `the log holds the ${name}`);
  }
});
