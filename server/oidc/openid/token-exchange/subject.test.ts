import assert from 'node:assert/strict';
import { test } from 'node:test';
import { revokeGrant } from '../../../tokens/grant.ts';
import { exchangesOfTests, ID, ORDERS, SCOPES } from '../../testing/exchanges.ts';
import { basic, claimsOf, post, tokensFor, userInfo } from '../../testing/requests.ts';

const { at, client, exchange, person, refused } = exchangesOfTests();

test('OID-171 a token of another client is exchanged only by whom that client names', async () => {
  const stranger = await client({ token_exchange_audiences: [ORDERS] });
  const { access, idToken } = await person();
  await refused(exchange(stranger, access), 'invalid_request', /not for this client/);
  await refused(exchange(stranger, idToken, { subject_token_type: ID }), 'invalid_request');
  const { username } = await at.stage.account();
  const own = await tokensFor(at.stage, stranger, username, { scope: SCOPES.join(' ') });
  assert.equal((await exchange(stranger, own['access_token'])).status, 200);
});

test('OID-171 a client that has lost the feature lets nobody exchange its tokens', async () => {
  const features = ['token-exchange' as const];
  const back = await client({ features, token_exchange_audiences: [ORDERS] });
  const front = await client({ token_exchange_audiences: [back.id] });
  const { username } = await at.stage.account();
  const { access_token: access } = await tokensFor(at.stage, front, username, { scope: SCOPES.join(' ') });
  assert.equal((await exchange(back, access)).status, 200);
  const { tags } = at.stage.pool;
  at.stage.pool.tags = { 'foyer:profile': 'openid' };
  try {
    await refused(exchange(back, access), 'invalid_request', /not for this client/);
  } finally {
    at.stage.pool.tags = tags;
  }
});

test('OID-171 OID-172 a token that came of an exchange goes on only where it was made for, and nowhere at the pool', async () => {
  const back = await client({ token_exchange_audiences: ['stock'] }, ['openid', 'stock/see']);
  const front = await client({ token_exchange_audiences: [back.id] });
  const { username } = await at.stage.account();
  const { access_token: first } = await tokensFor(at.stage, front, username, { scope: SCOPES.join(' ') });
  const { body } = await exchange(front, first, { audience: back.id });
  const second = String(body['access_token']);
  assert.equal((await userInfo(at.stage, second)).status, 401);
  const third = await exchange(back, second, { audience: 'stock' });
  assert.equal(third.body['scope'], 'stock/see', JSON.stringify(third.body));
  assert.equal(claimsOf(third.body['access_token'])['client_id'], back.id);
  await refused(exchange(front, second, { audience: back.id }), 'invalid_request');
  await refused(exchange(at.service, third.body['access_token'] as string), 'invalid_request');
});

test('OID-176 ATK-19 when the sign-in, the person or the client is gone, its token buys nothing', async () => {
  const ended = await person();
  await revokeGrant(at.stage.pool, String(claimsOf(ended.access)['origin_jti']));
  await refused(exchange(at.service, ended.access), 'invalid_request');
  const disabled = await person();
  await at.stage.pool.accounts.update(disabled.id, (account) => ({ ...account, enabled: false }));
  await refused(exchange(at.service, disabled.access), 'invalid_request');
  const signedOut = await person();
  await at.stage.pool.accounts.update(signedOut.id, (account) => ({ ...account, epoch: account.epoch + 1 }));
  await refused(exchange(at.service, signedOut.access), 'invalid_request');
  const gone = await client({ token_exchange_audiences: [at.service.id] });
  const { username } = await at.stage.account();
  const { access_token: orphan } = await tokensFor(at.stage, gone, username, { scope: SCOPES.join(' ') });
  await at.stage.pool.directory.remove('client', gone.id);
  await refused(exchange(at.service, orphan), 'invalid_request');
});

test('OID-176 a token that came of an exchange ends with the sign-in of the first one', async () => {
  const back = await client({ token_exchange_audiences: ['stock'] });
  const front = await client({ token_exchange_audiences: [back.id] });
  const { username } = await at.stage.account();
  const tokens = await tokensFor(at.stage, front, username, { scope: SCOPES.join(' ') });
  const { body } = await exchange(front, tokens['access_token'], { audience: back.id });
  await post(at.stage, '/oauth2/revoke', { token: tokens['refresh_token'] }, basic(front));
  await refused(exchange(back, String(body['access_token']), { audience: 'stock' }), 'invalid_request');
});

test('OID-176 a token that came of an exchange ends with the client that the person signed in to', async () => {
  const back = await client({ token_exchange_audiences: ['stock'] });
  const middle = await client({ token_exchange_audiences: [back.id] });
  const front = await client({ token_exchange_audiences: [middle.id] });
  const { username } = await at.stage.account();
  const tokens = await tokensFor(at.stage, front, username, { scope: SCOPES.join(' ') });
  const { body } = await exchange(middle, tokens['access_token'], { audience: back.id });
  const further = () => exchange(back, String(body['access_token']), { audience: 'stock' });
  assert.equal(claimsOf((await further()).body['access_token']).aud, 'stock');
  await at.stage.pool.directory.remove('client', front.id);
  await refused(further(), 'invalid_request');
});
