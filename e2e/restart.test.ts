import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHttpSession } from './http-session.ts';
import { hostedAt, openSignIn, redeem, signIn, signUp, signUpAndConfirm, token } from './person.ts';
import { startFoyer } from './start.ts';
import { storyPool } from './story-pool.ts';

test('an account, its hosted session and its refresh token are still there after a stop and a start', async () => {
  const foyer = await startFoyer({ poolFile: storyPool() });
  const session = openHttpSession();
  const code = await signUpAndConfirm(foyer, 'mina@example.com', session);
  const { body } = await redeem(hostedAt(foyer), code);
  assert.equal(await foyer.stop(), 0);
  await foyer.restart();

  const refreshed = await token(hostedAt(foyer), {
    grant_type: 'refresh_token',
    refresh_token: body['refresh_token'] ?? '',
  });
  assert.equal(refreshed.status, 200, JSON.stringify(refreshed.body));
  const silent = await openSignIn(session, hostedAt(foyer));
  assert.match(silent.location ?? silent.url, /^https:\/\/app\.example\.com\/callback\?code=/);
  assert.ok(await signIn(hostedAt(foyer), 'mina@example.com'));
});

test('a kill in the middle of sign-ups loses no account that a page had acknowledged', async () => {
  const foyer = await startFoyer({ poolFile: storyPool() });
  const hosted = hostedAt(foyer);
  const acknowledged: string[] = [];
  let killed = false;
  const people = Array.from({ length: 40 }, (_, i) => `person${i}@example.com`);
  const signUps = people.map(async (email, i) => {
    // Some of them begin only when others have been acknowledged, so that the kill meets every stage.
    const page = await signUp(openHttpSession(), hosted, email).catch(() => undefined);
    if (page?.status === 200 && page.url.includes('/confirm')) acknowledged.push(email);
    if (i % 2 === 0 && acknowledged.length >= 8 && !killed) {
      killed = true;
      await foyer.kill();
    }
  });
  await Promise.all(signUps);
  assert.ok(killed, 'the process was killed while sign-ups were under way');
  await foyer.restart();

  assert.ok(
    acknowledged.length >= 8 && acknowledged.length < people.length,
    `${acknowledged.length} acknowledged`,
  );
  for (const email of acknowledged) {
    // Whoever has an account and proves the password is led to the code page, where a new code can be sent.
    const session = openHttpSession();
    const page = await session.submit(await openSignIn(session, hosted), {
      username: email,
      password: 'Correct-Horse-7',
    });
    assert.match(page.location ?? '', /\/confirm\?/, email);
  }
});

test('a stop lets requests under way finish', async () => {
  const foyer = await startFoyer({ poolFile: storyPool() });
  const sessions = await Promise.all(
    Array.from({ length: 12 }, async (_, i) => {
      const session = openHttpSession();
      const page = await openSignIn(session, hostedAt(foyer));
      return { session, page, email: `nobody${i}@example.com` };
    }),
  );
  // Each of these waits for a password hash, so most are under way when the stop comes.
  const answers = sessions.map(({ session, page, email }) =>
    session.submit(page, { username: email, password: 'Wrong-Horse-7' }).then(
      ({ status }) => status,
      (error) => error.cause?.code ?? error,
    ),
  );
  await Promise.race(answers);
  assert.equal(await foyer.stop(), 0);
  const statuses = await Promise.all(answers);
  // A request is either answered as always, or was not taken at all; none is cut off in the middle.
  assert.deepEqual(
    statuses.filter((status) => status !== 400 && status !== 'ECONNREFUSED'),
    [],
  );
});
