import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACCESS, exchangesOfTests, ORDERS, SCOPES } from '../../testing/exchanges.ts';
import { basic, claimsOf, post, tokensFor } from '../../testing/requests.ts';

const { at, client, exchange, person, refused, robot } = exchangesOfTests();

test('OID-177 an actor is named in act, one inside the other, and never more than five', async () => {
  const machine = await post(
    at.stage,
    '/oauth2/token',
    { grant_type: 'client_credentials' },
    basic(await robot()),
  );
  assert.equal(machine.status, 200);
  const { access } = await person();
  const actor = await person();
  const chained = await client({ token_exchange_audiences: [] });
  await at.stage.pool.directory.update('client', chained.id, (record) => ({
    ...record,
    settings: { ...record.settings, OpenId: { token_exchange_audiences: [chained.id] } },
  }));
  const mine = await tokensFor(at.stage, chained, actor.username, { scope: 'openid' });
  const acting = { actor_token: mine['access_token'], actor_token_type: ACCESS, audience: chained.id };
  const { username } = await at.stage.account();
  let token = String((await tokensFor(at.stage, chained, username, { scope: 'openid' }))['access_token']);
  for (let links = 1; links <= 5; links++) {
    const { body } = await exchange(chained, token, acting);
    token = String(body['access_token']);
    let act = claimsOf(token)['act'] as { sub: string; act?: never } | undefined;
    for (let link = 0; link < links; link++) {
      assert.equal(act?.sub, actor.id, JSON.stringify(body));
      act = act?.act;
    }
    assert.equal(act, undefined);
  }
  await refused(exchange(chained, token, acting), 'invalid_request', /one after the other/);
  const kept = await exchange(chained, token, { audience: chained.id });
  assert.deepEqual(claimsOf(kept.body['access_token'])['act'], claimsOf(token)['act']);
  const foreign = { actor_token: actor.access, actor_token_type: ACCESS };
  await refused(exchange(at.service, access, foreign), 'invalid_request', /actor_token is not valid/);
  const robots = { actor_token: String(machine.body['access_token']), actor_token_type: ACCESS };
  await refused(exchange(at.service, access, robots), 'invalid_request', /actor_token is not valid/);
  await refused(exchange(at.service, access, { actor_token: 'x' }), 'invalid_request');
  await refused(exchange(at.service, access, { actor_token_type: ACCESS }), 'invalid_request');
});

test('OID-177 a client acts with the token that it got for itself', async () => {
  const machine = await robot({ token_exchange_audiences: [ORDERS] });
  const front = await client({ token_exchange_audiences: [machine.id] });
  const { username } = await at.stage.account();
  const { access_token: access } = await tokensFor(at.stage, front, username, { scope: SCOPES.join(' ') });
  const { body: own } = await post(
    at.stage,
    '/oauth2/token',
    { grant_type: 'client_credentials' },
    basic(machine),
  );
  const acting = { actor_token: String(own['access_token']), actor_token_type: ACCESS };
  const { body } = await exchange(machine, access, acting);
  assert.deepEqual(claimsOf(body['access_token'])['act'], { sub: machine.id });
  // It stands for no person: nothing is to be had for it.
  await refused(exchange(machine, acting.actor_token), 'invalid_request');
});
