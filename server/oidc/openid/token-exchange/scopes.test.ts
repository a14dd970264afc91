import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Client } from '../../../pool.ts';
import { exchangesOfTests, ID, ORDERS, SCOPES } from '../../testing/exchanges.ts';
import { claimsOf, tokensFor } from '../../testing/requests.ts';

const { at, client, exchange, person, refused } = exchangesOfTests();

/** As an operator changes what the client may have. */
const leave = ({ id }: Client, AllowedOAuthScopes: string[]) =>
  at.stage.pool.directory.update('client', id, (record) => ({
    ...record,
    settings: { ...record.settings, AllowedOAuthScopes },
  }));

test('OID-174 ATK-18 what the client of the sign-in has lost since, no token of it buys any more', async () => {
  const front = await client({ token_exchange_audiences: [at.service.id] });
  const { username } = await at.stage.account();
  const tokens = await tokensFor(at.stage, front, username, { scope: SCOPES.join(' ') });
  const { body: handedOn } = await exchange(front, tokens['access_token'], { audience: at.service.id });
  await leave(front, ['openid', `${ORDERS}/read`]);
  for (const answer of [
    await exchange(at.service, tokens['access_token']),
    await exchange(at.service, tokens['id_token'], { subject_token_type: ID }),
    // The client that it came to has never had fewer.
    await exchange(at.service, String(handedOn['access_token'])),
  ])
    assert.equal(answer.body['scope'], `${ORDERS}/read`, JSON.stringify(answer.body));
});

test('OID-174 a token that would allow nothing is not given', async () => {
  const { access } = await person('openid');
  await refused(exchange(at.service, access), 'invalid_scope', /gives nothing/);
  await refused(exchange(at.service, access, { scope: `${ORDERS}/read` }), 'invalid_scope');
  const { body } = await exchange(at.service, access, { audience: at.shop.id });
  assert.equal(body['scope'], 'openid');
});

test('OID-172 a resource is compared as an address, and the token names it as the pool does', async () => {
  const { access } = await person();
  const given = { audience: undefined, resource: 'HTTPS://Orders.test' };
  const { body } = await exchange(at.service, access, given);
  assert.equal(claimsOf(body['access_token']).aud, ORDERS, JSON.stringify(body));
  await refused(
    exchange(at.service, access, { ...given, resource: 'https://orders.test/x' }),
    'invalid_target',
  );
});
