import assert from 'node:assert/strict';
import { after, before, describe, mock, test } from 'node:test';
import type { Account } from '#adapters/accounts/store.ts';
import type { Client } from '../pool.ts';
import { tokensFor, userInfo } from './testing/requests.ts';
import { openStage, type Stage } from './testing/stage.ts';

const ATTRIBUTES = {
  email: 'mina@acme.test',
  email_verified: 'true',
  phone_number: '+4917012345',
  name: 'Mina Park',
  address: 'Main Street 1',
  'custom:team': '7',
};

describe('user info', () => {
  let stage: Stage;
  let client: Client;
  let account: Account;
  let now = Date.now();
  before(async () => {
    mock.timers.enable({ apis: ['Date'], now });
    stage = await openStage();
    client = await stage.client({
      AllowedOAuthScopes: ['openid', 'email', 'phone', 'profile', 'aws.cognito.signin.user.admin'],
    });
    account = await stage.account({ attributes: ATTRIBUTES });
  });
  after(async () => {
    await stage.close();
    mock.timers.reset();
  });

  const tokenFor = async (scope: string, of = client) =>
    (await tokensFor(stage, of, account.username, { scope }))['access_token'] ?? '';
  const bodyFor = async (scope: string, of = client) =>
    (await userInfo(stage, await tokenFor(scope, of))).json() as Promise<Record<string, unknown>>;

  test('HUI-148 openid tells who it is, in the form of Cognito', async () => {
    const answer = await userInfo(stage, await tokenFor('openid'));
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('content-type'), 'application/json;charset=UTF-8');
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    assert.deepEqual(await answer.json(), { sub: account.id, username: account.username });
  });

  test('HUI-149 HUI-155 HUI-156 each scope adds its claims, truth values as strings', async () => {
    const who = { sub: account.id, username: account.username };
    const email = { email: 'mina@acme.test', email_verified: 'true' };
    const phone = { phone_number: '+4917012345', phone_number_verified: 'false' };
    const profile = { name: 'Mina Park', address: { formatted: 'Main Street 1' }, 'custom:team': '7' };
    assert.deepEqual(await bodyFor('openid email'), { ...who, ...email });
    assert.deepEqual(await bodyFor('openid phone'), { ...who, ...phone });
    assert.deepEqual(await bodyFor('openid profile'), { ...who, ...profile });
    assert.deepEqual(await bodyFor('openid email phone profile'), { ...who, ...email, ...phone, ...profile });
  });

  test('HUI-149 what the client may not read is not told, whatever the scope', async () => {
    const reader = await stage.client({ ReadAttributes: ['name', 'email'] });
    const told = await bodyFor('openid email phone profile', reader);
    assert.deepEqual(Object.keys(told).sort(), ['email', 'name', 'sub', 'username']);
  });

  test('HUI-150 a request without a token is told so in the header and in the body', async () => {
    const wrong: Record<string, string>[] = [
      {},
      { authorization: 'Bearer' },
      { authorization: 'Basic eDp5' },
      { authorization: 'Bearer a b' },
    ];
    for (const headers of wrong) {
      const answer = await fetch(`${stage.base}/oauth2/userInfo?access_token=x`, { headers });
      assert.equal(answer.status, 400);
      const pair = { error: 'invalid_request', error_description: 'Bad OAuth2 request at UserInfo Endpoint' };
      assert.equal(
        answer.headers.get('www-authenticate'),
        `Bearer error="${pair.error}", error_description="${pair.error_description}"`,
      );
      assert.deepEqual(await answer.json(), pair);
    }
  });

  const refused = async (token: string) => {
    const answer = await userInfo(stage, token);
    assert.equal(answer.status, 401);
    assert.match(
      answer.headers.get('www-authenticate') ?? '',
      /^Bearer error="invalid_token", error_description=".+"$/,
    );
    return answer.headers.get('www-authenticate');
  };

  test('HUI-151 a token that is expired, malformed or of another pool', async () => {
    const token = await tokenFor('openid');
    const elsewhere = await openStage();
    const stranger = await elsewhere.account();
    const foreign = await tokensFor(elsewhere, await elsewhere.client(), stranger.username);
    const [head = '', payload = '', signature = ''] = token.split('.');
    const cut = `${head}.${payload}.${signature.slice(0, -4)}AAAA`;
    for (const bad of [String(foreign['access_token']), cut, `${head}.${payload}`, 'x', '..', `${token}.x`])
      await refused(bad);
    await elsewhere.close();
    now += 3_600_000 - 1000;
    mock.timers.setTime(now);
    assert.equal((await userInfo(stage, token)).status, 200);
    now += 1000;
    mock.timers.setTime(now);
    await refused(token);
  });

  test('ATK-15 a token is never believed for the algorithm that it names', async () => {
    const token = await tokenFor('openid');
    const [, payload = ''] = token.split('.');
    const { published } = stage.pool.keys;
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const { createHmac, createPublicKey } = await import('node:crypto');
    for (const jwk of published) {
      const pem = createPublicKey({ key: { ...jwk }, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
      for (const secret of [pem, jwk.n, '']) {
        const signed = `${encode({ alg: 'HS256', kid: jwk.kid })}.${payload}`;
        const mac = secret === '' ? '' : createHmac('sha256', secret).update(signed).digest('base64url');
        await refused(`${signed}.${mac}`);
      }
      for (const alg of ['none', 'None', 'RS384', 'PS256'])
        await refused(`${encode({ alg, kid: jwk.kid })}.${payload}.`);
    }
    const own = encode({ alg: 'RS256', kid: 'x', jwk: published[0], jku: `${stage.origin}/keys` });
    await refused(`${own}.${payload}.${token.split('.')[2]}`);
  });

  test('HUI-152 after a global sign-out a token is refused before it expires', async () => {
    const person = await stage.account();
    const { access_token = '' } = await tokensFor(stage, client, person.username);
    await stage.pool.accounts.update(person.id, (current) => ({ ...current, epoch: current.epoch + 1 }));
    assert.match((await refused(access_token)) ?? '', /globally signed out/);
  });

  test('HUI-153 HUI-154 a token without openid, and an ID token, are refused', async () => {
    assert.match(
      (await refused(await tokenFor('aws.cognito.signin.user.admin'))) ?? '',
      /does not contain openid scope/,
    );
    const { id_token = '' } = await tokensFor(stage, client, account.username);
    await refused(id_token);
  });

  test('HUI-157 scripts of any origin may read, after asking', async () => {
    const answer = await userInfo(stage, await tokenFor('openid'), { origin: 'https://spa.test' });
    assert.equal(answer.headers.get('access-control-allow-origin'), '*');
    const asked = await fetch(`${stage.base}/oauth2/userInfo`, { method: 'OPTIONS' });
    assert.equal(asked.status, 204);
    assert.match(asked.headers.get('access-control-allow-headers') ?? '', /Authorization/);
  });

  test('POST is answered as GET is, other methods with 405', async () => {
    const headers = { authorization: `Bearer ${await tokenFor('openid')}` };
    assert.equal((await fetch(`${stage.base}/oauth2/userInfo`, { method: 'POST', headers })).status, 200);
    assert.equal((await fetch(`${stage.base}/oauth2/userInfo`, { method: 'PUT', headers })).status, 405);
  });
});
