/** What a sign-in through the JSON API is good for afterwards: refreshing, signing out, asking about oneself. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import {
  GetTokensFromRefreshTokenCommand,
  GetUserAuthFactorsCommand,
  GlobalSignOutCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { decodeJwt } from 'jose';
import { openHttpSession } from './http-session.ts';
import { callbackOf, hostedAt, openSignIn as openSignInPage, redeem, signIn, token } from './person.ts';
import { PASSWORD, refused, sdkWithoutKeys } from './sdk-application.ts';
import { hashOf, openSignIn, type Texts, tokensOf } from './sign-in-application.ts';
import { startSrpClient } from './srp-client.ts';
import { type Foyer, startFoyer } from './start.ts';
import { STORY, storyPool } from './story-pool.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;
const PAGES = {
  username: 'pia@example.com',
  password: PASSWORD,
  attributes: { email: 'pia@example.com', email_verified: 'true' },
};

let foyer: Foyer;
before(async () => {
  foyer = await startFoyer({ poolFile: storyPool({ users: [PAGES] }) });
});
const open = (...settings: [object?, object?]) => openSignIn(foyer, ...settings);
/** Does something so much later, and comes back. */
async function later(ms: number, work: () => Promise<unknown>): Promise<void> {
  await foyer.shiftClock(ms);
  await work().finally(() => foyer.shiftClock(-ms));
}

function sameSignIn(first: string, next: string, laterSeconds: number): void {
  const [before, after] = [decodeJwt(first), decodeJwt(next)];
  for (const claim of ['sub', 'auth_time', 'origin_jti', 'event_id'])
    assert.equal(after[claim], before[claim], claim);
  assert.notEqual(after.jti, before.jti);
  assert.ok((after.iat ?? 0) >= (before.iat ?? 0) + laterSeconds);
}

test('SEC-41 SEC-42 SEC-43 SEC-44 a refresh token gives new tokens of the same sign-in', async () => {
  const app = await open();
  await app.person('maria');
  const first = tokensOf(await app.password('maria'));
  tokensOf(await app.admin('REFRESH_TOKEN_AUTH', { REFRESH_TOKEN: first.refresh }));
  await later(30 * MINUTE, async () => {
    for (const flow of ['REFRESH_TOKEN_AUTH', 'REFRESH_TOKEN'] as const) {
      const answer = await app.initiate(flow, { REFRESH_TOKEN: first.refresh });
      assert.equal(answer.AuthenticationResult?.RefreshToken, undefined);
      const next = tokensOf(answer);
      for (const kind of ['access', 'id'] as const) sameSignIn(first[kind], next[kind], 30 * 60);
      assert.equal(decodeJwt(next.access)['scope'], 'aws.cognito.signin.user.admin');
    }
  });
  await refused(
    app.initiate('REFRESH_TOKEN_AUTH', { REFRESH_TOKEN: 'rt_unknown' }),
    'NotAuthorizedException',
    'Invalid Refresh Token.',
  );
});

test('HUI-204 HUI-203 signing out everywhere ends refresh tokens and sessions; a token that is over signs nobody out', async () => {
  const app = await open();
  await app.person('maria');
  const { access, refresh } = tokensOf(await app.password('maria'));
  await app.sdk.send(new GlobalSignOutCommand({ AccessToken: access }));
  await refused(
    app.initiate('REFRESH_TOKEN_AUTH', { REFRESH_TOKEN: refresh }),
    'NotAuthorizedException',
    'Refresh Token has been revoked',
  );
  const out = (AccessToken: string) => app.sdk.send(new GlobalSignOutCommand({ AccessToken }));
  await refused(out(access), 'NotAuthorizedException', 'Access Token has been revoked');
  const second = tokensOf(await app.password('maria'));
  await later(2 * HOUR, async () => {
    await refused(out(second.access), 'NotAuthorizedException', 'Access Token has expired');
    tokensOf(await app.initiate('REFRESH_TOKEN_AUTH', { REFRESH_TOKEN: second.refresh }));
  });
});

test('SEC-43 HUI-207 a refresh token that is over says so', async () => {
  const app = await open({}, { RefreshTokenValidity: 1, TokenValidityUnits: { RefreshToken: 'hours' } });
  await app.person('maria');
  const { refresh } = tokensOf(await app.password('maria'));
  const again = () => app.initiate('REFRESH_TOKEN_AUTH', { REFRESH_TOKEN: refresh });
  await later(HOUR, () => refused(again(), 'NotAuthorizedException', 'Refresh Token has expired'));
});

test('HUI-211 with rotation, GetTokensFromRefreshToken gives the next token, and InitiateAuth has no place for it', async () => {
  const RefreshTokenRotation = { Feature: 'ENABLED', RetryGracePeriodSeconds: 0 } as const;
  const app = await open(
    {},
    { ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'], RefreshTokenRotation, GenerateSecret: true },
  );
  const { ClientId = '', ClientSecret = '' } = app;
  await app.person('maria');
  const SECRET_HASH = hashOf(ClientSecret, 'maria', ClientId);
  const first = tokensOf(
    await app.initiate('USER_PASSWORD_AUTH', { USERNAME: 'maria', PASSWORD, SECRET_HASH }),
  );
  const get = (RefreshToken: string, secret: string | undefined = ClientSecret) =>
    app.sdk.send(new GetTokensFromRefreshTokenCommand({ ClientId, ClientSecret: secret, RefreshToken }));
  await refused(get(first.refresh, 'x'.repeat(51)), 'NotAuthorizedException');
  await refused(
    app.initiate('REFRESH_TOKEN_AUTH', { REFRESH_TOKEN: first.refresh, SECRET_HASH }),
    'InvalidParameterException',
  );
  const second = tokensOf(await get(first.refresh));
  assert.ok(second.refresh && second.id && second.refresh !== first.refresh);
  tokensOf(await get(second.refresh));
  await refused(get(second.refresh), 'RefreshTokenReuseException');
});

test('HUI-202 tokens of the pages and of the API refresh each other, and tell the same of a person', async () => {
  const hosted = hostedAt(foyer);
  const { body: page } = await redeem(hosted, await signIn(hosted, PAGES.username));
  const sdk = sdkWithoutKeys(foyer);
  const ClientId = STORY.publicClient;
  const initiate = (AuthFlow: 'USER_SRP_AUTH' | 'REFRESH_TOKEN_AUTH', AuthParameters: Texts) =>
    sdk.send(new InitiateAuthCommand({ ClientId, AuthFlow, AuthParameters }));

  const fromPage = tokensOf(
    await initiate('REFRESH_TOKEN_AUTH', { REFRESH_TOKEN: page['refresh_token'] ?? '' }),
  );
  sameSignIn(page['access_token'] ?? '', fromPage.access, 0);
  sameSignIn(page['id_token'] ?? '', fromPage.id, 0);
  assert.equal(decodeJwt(fromPage.access)['scope'], decodeJwt(page['access_token'] ?? '')['scope']);

  const srp = await startSrpClient(STORY.poolId);
  const { ChallengeParameters } = await initiate('USER_SRP_AUTH', {
    USERNAME: PAGES.username,
    SRP_A: srp.publicValue,
  });
  const answered = new RespondToAuthChallengeCommand({
    ClientId,
    ChallengeName: 'PASSWORD_VERIFIER',
    ChallengeResponses: await srp.prove(ChallengeParameters, PASSWORD),
  });
  const api = tokensOf(await sdk.send(answered));
  const { body: refreshed } = await token(hosted, {
    grant_type: 'refresh_token',
    refresh_token: api.refresh,
  });
  sameSignIn(api.access, refreshed['access_token'] ?? '', 0);
  sameSignIn(api.id, refreshed['id_token'] ?? '', 0);
  assert.equal(decodeJwt(refreshed['access_token'] ?? '')['scope'], 'aws.cognito.signin.user.admin');

  // The service leaves `at_hash` to OpenID Connect, and a library takes it for text.
  const names = (jwt = '') =>
    Object.keys(decodeJwt(jwt))
      .filter((name) => name !== 'at_hash')
      .toSorted();
  assert.deepEqual(names(api.id), names(page['id_token']));
  assert.deepEqual(names(api.access), names(page['access_token']));
});

test('HUI-45 a person asks how they can sign in, with a token that is for it', async () => {
  const app = await open();
  await app.person('maria');
  const { access, id } = tokensOf(await app.password('maria'));
  const factors = (AccessToken: string) => app.sdk.send(new GetUserAuthFactorsCommand({ AccessToken }));
  const { Username, ConfiguredUserAuthFactors } = await factors(access);
  assert.deepEqual([Username, ConfiguredUserAuthFactors], ['maria', ['PASSWORD']]);
  await refused(factors(id), 'NotAuthorizedException', 'Invalid Access Token');
  await refused(factors('no.token.atall'), 'NotAuthorizedException', 'Invalid Access Token');
  const hosted = hostedAt(foyer);
  const session = openHttpSession();
  const page = await openSignInPage(session, hosted, { scope: 'openid email' });
  const done = await session.submit(page, { username: PAGES.username, password: PASSWORD });
  const code = callbackOf(await session.follow(done, hosted)).get('code') ?? '';
  const { body } = await redeem(hosted, code);
  await refused(
    factors(body['access_token'] ?? ''),
    'NotAuthorizedException',
    'Access Token does not have required scopes',
  );
});
