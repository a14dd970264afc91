import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Account } from '#adapters/accounts/store.ts';
import { openStores, type Stores } from '#adapters/open.ts';
import { completeClientSettings } from '../configuration/default-client-settings.ts';
import { newPoolSettings } from '../configuration/default-pool-settings.ts';
import { type Reason, Refusal } from '../errors.ts';
import type { Client, Pool } from '../pool.ts';
import { openKeys } from '../pools/keys.ts';
import { openVault } from '../vault.ts';
import { beginGrant, revokeGrant } from './grant.ts';
import { issueClientToken, issueTokens } from './issue-tokens.ts';
import { verifyAccessToken } from './verify-access-token.ts';

const SCOPES = ['openid', 'aws.cognito.signin.user.admin'];

describe('access tokens, verified', () => {
  const clock = { at: Date.UTC(2027, 0, 1), now: () => clock.at };
  let stores: Stores;
  let pool: Pool;
  let client: Client;
  before(async () => {
    stores = await openStores({ dataFolder: ':memory:', clock });
    const id = 'eu-central-1_Verify001';
    const directory = stores.directory.forPool(id);
    const vault = openVault('a master secret of the tests, long enough');
    const { settings } = newPoolSettings({});
    await directory.create('pool', id, { name: 'verify', region: 'eu-central-1', settings, tags: {} });
    pool = {
      id,
      issuer: `https://idp.test/${id}`,
      settings,
      tags: {},
      resourceServers: [{ identifier: 'api', scopes: [{ ScopeName: 'read', ScopeDescription: 'Read' }] }],
      accounts: stores.accounts.forPool(id),
      sessions: stores.sessions.forPool(id),
      directory,
      keys: await openKeys({ directory, vault, clock, poolId: id }),
      vault,
      clock,
    } as Partial<Pool> as Pool;
    const clientSettings = completeClientSettings(
      { AllowedOAuthScopes: [...SCOPES, 'api/read'] },
      { ClientName: 'verify', defaultAttributes: [] },
    );
    await directory.create('client', 'verifyclient', { settings: clientSettings });
    client = { id: 'verifyclient', poolId: id, settings: clientSettings };
  });
  after(() => stores.close());

  async function signedIn() {
    const id = crypto.randomUUID();
    const account: Account = {
      id,
      username: id,
      attributes: {},
      enabled: true,
      status: 'CONFIRMED',
      epoch: 3,
      names: { username: id },
      search: {},
      createdAt: clock.at,
      modifiedAt: clock.at,
    };
    await pool.accounts.create(account);
    const authTime = clock.at / 1000;
    const grant = await beginGrant(pool, client, {
      accountId: id,
      scopes: SCOPES,
      epoch: 3,
      authTime,
      refreshable: false,
    });
    const tokens = await issueTokens(pool, client, account, grant);
    assert.ok(tokens);
    // Its signature is remembered from here on; whatever ends it must end it all the same.
    await verifyAccessToken(pool, tokens.accessToken);
    return { account, grant, ...tokens };
  }

  const refuses = (token: string, reason: Reason, of = pool) =>
    assert.rejects(
      verifyAccessToken(of, token),
      (error) => error instanceof Refusal && error.reason === reason,
    );

  test('a good token gives the person, the client and the scopes', async () => {
    const { account, accessToken, grant } = await signedIn();
    const verified = await verifyAccessToken(pool, accessToken);
    assert.equal(verified.account.id, account.id);
    assert.equal(verified.client.id, client.id);
    assert.deepEqual(verified.scopes, SCOPES);
    assert.equal(verified.claims['origin_jti'], grant.id);
  });

  test('HUI-154 a token for something else, or of nobody, is invalid', async () => {
    const { idToken = '', accessToken } = await signedIn();
    const own = await issueClientToken(pool, client, ['api/read']);
    for (const token of [idToken, own.accessToken, 'nonsense', '', `${accessToken}x`])
      await refuses(token, 'access-token-invalid');
    await refuses(accessToken, 'access-token-invalid', { ...pool, issuer: 'https://idp.test/another' });
  });

  test('HUI-151 a token is over when its hour is', async () => {
    const { accessToken } = await signedIn();
    clock.at += 3_599_999;
    await verifyAccessToken(pool, accessToken);
    clock.at += 1;
    await refuses(accessToken, 'access-token-expired');
  });

  test('a token ends with the key that signed it, at once, although it was good before', async () => {
    const { accessToken } = await signedIn();
    const { signing, published } = pool.keys;
    const others = published.filter(({ kid }) => kid !== signing.access.kid);
    assert.ok(others.length);
    await refuses(accessToken, 'access-token-invalid', { ...pool, keys: { signing, published: others } });
    await verifyAccessToken(pool, accessToken);
  });

  test('HUI-203 revoked with its sign-in, or with everything of the person', async () => {
    const one = await signedIn();
    await revokeGrant(pool, one.grant.id);
    await refuses(one.accessToken, 'access-token-revoked');

    const two = await signedIn();
    await pool.accounts.update(two.account.id, (current) => ({ ...current, epoch: 4 }));
    await refuses(two.accessToken, 'access-token-revoked');

    const three = await signedIn();
    await pool.accounts.remove(three.account.id);
    await refuses(three.accessToken, 'access-token-revoked');
  });

  test('ATK-19 a disabled person has no token', async () => {
    const { account, accessToken } = await signedIn();
    await pool.accounts.update(account.id, (current) => ({ ...current, enabled: false }));
    await refuses(accessToken, 'user-disabled');
  });

  test('USR-18 a person whose password was reset has no token, wherever it is shown', async () => {
    const { account, accessToken } = await signedIn();
    await pool.accounts.update(account.id, (current) => ({ ...current, status: 'RESET_REQUIRED' }));
    await refuses(accessToken, 'password-reset-required');
  });

  test('HUI-32 a token of a client that was deleted is invalid', async () => {
    const { accessToken } = await signedIn();
    await pool.directory.remove('client', client.id);
    await refuses(accessToken, 'access-token-invalid');
  });
});
