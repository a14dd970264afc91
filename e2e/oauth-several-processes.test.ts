import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  AdminDisableUserCommand,
  AdminUserGlobalSignOutCommand,
  UpdateUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { openHttpSession } from './http-session.ts';
import { authorizeUrl, hostedAt, openSignIn, redeem, signIn, signUpAndConfirm, token } from './person.ts';
import { administratorOf } from './sdk-application.ts';
import { startFoyer } from './start.ts';
import { STORY, storyPool } from './story-pool.ts';

const userInfo = (hosted: string, accessToken = '') =>
  fetch(`${hosted}/oauth2/userInfo`, { headers: { authorization: `Bearer ${accessToken}` } });
const refresh = (hosted: string, refreshToken = '') =>
  token(hosted, { grant_type: 'refresh_token', refresh_token: refreshToken });

/** Two processes on the same stores, as behind a load balancer: both tell the public URL of the first. */
async function twoProcesses() {
  const one = await startFoyer({ poolFile: storyPool() });
  const two = await startFoyer({ beside: one, env: { FOYER_PUBLIC_URL: one.url } });
  // The second is asked by its own port, and by the name of the first.
  return { one, two, a: hostedAt(one), b: hostedAt(two) };
}

test('ATK-12 ATK-14 what one process gives, another knows: codes, sessions, tokens and their ends', async () => {
  const { one, two, a, b } = await twoProcesses();
  const session = openHttpSession();
  const code = await signUpAndConfirm(one, 'mina@example.com', session);
  const { status, body } = await redeem(b, code);
  assert.equal(status, 200);
  assert.equal((await userInfo(b, body['access_token'])).status, 200);
  assert.equal((await refresh(a, body['refresh_token'])).status, 200);

  // The session that began at one is known at two.
  const silent = await session.get(authorizeUrl(a));
  const cookie = await session.jar.getCookieString(a);
  const elsewhere = await fetch(authorizeUrl(b), { headers: { cookie }, redirect: 'manual' });
  assert.match(silent.location ?? '', /callback\?code=/);
  assert.match(elsewhere.headers.get('location') ?? '', /callback\?code=/);

  // Two redemptions of one code, one at each process, at the same moment.
  const raced = new URL(elsewhere.headers.get('location') ?? '').searchParams.get('code') ?? '';
  const answers = await Promise.all([redeem(a, raced), redeem(b, raced)]);
  assert.ok(answers.filter((answer) => answer.status === 200).length <= 1);
  for (const answer of answers) assert.equal((await refresh(a, answer.body['refresh_token'])).status, 400);

  const revoked = await fetch(`${b}/oauth2/revoke`, {
    method: 'POST',
    body: new URLSearchParams({ token: body['refresh_token'] ?? '', client_id: STORY.publicClient }),
  });
  assert.equal(revoked.status, 200);
  assert.equal((await userInfo(a, body['access_token'])).status, 401);
  assert.deepEqual((await refresh(a, body['refresh_token'])).body, { error: 'invalid_grant' });
  await one.restart();
  await two.stop();
  assert.deepEqual((await refresh(a, body['refresh_token'])).body, { error: 'invalid_grant' });
});

test('ATK-14 HUI-211 a rotated refresh token stays dead after a restart', async () => {
  const foyer = await startFoyer({ poolFile: storyPool() });
  const hosted = hostedAt(foyer);
  await administratorOf(foyer).send(
    new UpdateUserPoolClientCommand({
      UserPoolId: STORY.poolId,
      ClientId: STORY.publicClient,
      ClientName: 'Public',
      SupportedIdentityProviders: ['COGNITO'],
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid', 'email', 'aws.cognito.signin.user.admin'],
      CallbackURLs: [STORY.callback],
      RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 10 },
    }),
  );
  const { body } = await redeem(hosted, await signUpAndConfirm(foyer, 'mina@example.com'));
  const first = body['refresh_token'];
  const second = (await refresh(hosted, first)).body['refresh_token'];
  assert.ok(second && second !== first);
  // Started anew with other settings in its pool file, the client would not rotate; this one is read as it was left.
  await foyer.restart({ FOYER_POOL_FILE: '' });
  assert.equal((await refresh(hosted, first)).status, 200, 'within the grace period');
  await foyer.shiftClock(10_000);
  assert.deepEqual((await refresh(hosted, first)).body, { error: 'invalid_grant' });
  assert.deepEqual(
    (await refresh(hosted, second)).body,
    { error: 'invalid_grant' },
    'its copies die with it',
  );
});

test('ATK-19 HUI-139 HUI-152 HUI-203 an administrator signs someone out, or disables them: everywhere at once', async () => {
  const { one, a, b } = await twoProcesses();
  const api = administratorOf(one);
  const person = async (email: string) => {
    const session = openHttpSession();
    const { body } = await redeem(a, await signUpAndConfirm(one, email, session));
    return { session, body, email };
  };
  const [mina, otto, bystander] = [
    await person('mina@example.com'),
    await person('otto@example.com'),
    await person('by@example.com'),
  ];
  const named = (Username: string) => ({ UserPoolId: STORY.poolId, Username });
  await api.send(new AdminUserGlobalSignOutCommand(named(mina.email)));
  await api.send(new AdminDisableUserCommand(named(otto.email)));

  for (const { session, body } of [mina, otto])
    for (const hosted of [a, b]) {
      const told = await userInfo(hosted, body['access_token']);
      assert.equal(told.status, 401);
      assert.match(told.headers.get('www-authenticate') ?? '', /error="invalid_token"/);
      assert.deepEqual((await refresh(hosted, body['refresh_token'])).body, { error: 'invalid_grant' });
      const page = await openSignIn(session, a);
      assert.equal(page.status, 200, 'the sign-in page, and no fault');
      assert.match(page.body, /name="password"/);
    }
  assert.equal((await userInfo(b, bystander.body['access_token'])).status, 200);
  assert.equal((await refresh(b, bystander.body['refresh_token'])).status, 200);
  // Signed out is not locked out.
  assert.equal((await redeem(b, await signIn(a, mina.email))).status, 200);
});
