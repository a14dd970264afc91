import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findClient } from '../../../configuration/find-client.ts';
import { asClient, METADATA, registrationsOfTests } from '../../testing/registrations.ts';
import { basic, codeFor, post, redeem, userInfo } from '../../testing/requests.ts';

const { at, tokenOf, call, registered, refused } = registrationsOfTests();

test('OID-186 a client reads and changes its registration with the token that it was given', async () => {
  const body = await registered({
    ...METADATA,
    scope: 'openid orders/read',
    tos_uri: 'https://app.test/tos',
  });
  const uri = String(body['registration_client_uri']);
  const token = String(body['registration_access_token']);
  assert.deepEqual((await call('GET', uri, token)).body, body);
  const sent = {
    client_id: body['client_id'],
    client_secret: body['client_secret'],
    redirect_uris: ['https://app.test/other'],
    scope: 'openid',
  };
  const changed = await call('PUT', uri, token, sent);
  assert.equal(changed.status, 200, JSON.stringify(changed.body));
  assert.deepEqual(changed.body['redirect_uris'], ['https://app.test/other']);
  assert.equal(changed.body['tos_uri'], undefined);
  assert.equal(changed.body['client_name'], undefined);
  assert.equal(changed.body['client_secret'], body['client_secret']);
  assert.equal(changed.body['client_id_issued_at'], body['client_id_issued_at']);
  const client = await findClient(at.stage.pool, String(body['client_id']));
  assert.equal(client?.settings.OpenId?.consent, true);
  assert.deepEqual((await call('GET', uri, token)).body, changed.body);
  // What was given up does not come back.
  await refused(
    call('PUT', uri, token, { ...sent, scope: 'openid orders/read' }),
    400,
    'invalid_client_metadata',
  );
});

test('OID-186 a change that names another client, another secret or what the server says is refused', async () => {
  const body = await registered();
  const uri = String(body['registration_client_uri']);
  const token = String(body['registration_access_token']);
  const put = (more: object) =>
    call('PUT', uri, token, { ...METADATA, client_id: body['client_id'], ...more });
  await refused(put({ client_id: undefined }), 400, 'invalid_request');
  await refused(put({ client_id: at.registrar.id }), 400, 'invalid_request');
  await refused(put({ client_secret: 'x' }), 400, 'invalid_request');
  for (const name of [
    'registration_access_token',
    'registration_client_uri',
    'client_secret_expires_at',
    'client_id_issued_at',
  ])
    await refused(put({ [name]: body[name] }), 400, 'invalid_request');
  await refused(put({ redirect_uris: ['javascript:1'] }), 400, 'invalid_redirect_uri');
  await refused(put({ grant_types: ['implicit'] }), 400, 'invalid_client_metadata');
  await refused(put({ token_endpoint_auth_method: 'none' }), 400, 'invalid_client_metadata');
});

test('OID-187 nobody takes over a client by its id, by the token of another, or without any', async () => {
  const [mine, other] = [await registered(), await registered()];
  const uri = String(mine['registration_client_uri']);
  const own = await tokenOf(at.registrar);
  for (const method of ['GET', 'PUT', 'DELETE']) {
    const sent = method === 'PUT' ? { ...METADATA, client_id: mine['client_id'] } : undefined;
    for (const token of [String(other['registration_access_token']), own, 'x', undefined])
      await refused(call(method, uri, token, sent), 401, 'invalid_token');
    for (const id of [at.registrar.id, 'nobody', '%00', 'x'.repeat(300)]) {
      const told = call(method, `/oauth2/register/${id}`, String(mine['registration_access_token']), sent);
      await refused(told, 401, 'invalid_token');
    }
  }
  assert.equal((await call('GET', uri, String(mine['registration_access_token']))).status, 200);
  assert.match(
    String((await call('GET', uri, 'x')).headers.get('www-authenticate')),
    /^Bearer realm="[^"]+", error="invalid_token"$/,
  );
});

test('OID-188 a client deletes itself, and its tokens and its registration end with it', async () => {
  const body = await registered();
  const client = asClient(body);
  await at.stage.pool.directory.update('client', client.id, (record) => ({
    ...record,
    settings: { ...record.settings, OpenId: { ...record.settings.OpenId, consent: false } },
  }));
  const { username } = await at.stage.account();
  const code = await codeFor(at.stage.browser(), client, username, { scope: 'openid' });
  const tokens = (await redeem(at.stage, client, code)).body;
  assert.equal((await userInfo(at.stage, String(tokens['access_token']))).status, 200);
  const uri = String(body['registration_client_uri']);
  const token = String(body['registration_access_token']);
  assert.equal((await call('DELETE', uri, token)).status, 204);
  await refused(call('GET', uri, token), 401, 'invalid_token');
  await refused(call('DELETE', uri, token), 401, 'invalid_token');
  assert.equal((await userInfo(at.stage, String(tokens['access_token']))).status, 401);
  const again = await post(
    at.stage,
    '/oauth2/token',
    { grant_type: 'refresh_token', refresh_token: String(tokens['refresh_token']) },
    basic(client),
  );
  assert.equal(again.body['error'], 'invalid_client');
});

test('OID-187 a client that is deleted while it changes itself is told that its token is worth nothing', async () => {
  const body = await registered();
  const { directory } = at.stage.pool;
  const { update } = directory;
  // As if the operator were a moment faster.
  directory.update = async (kind, id, change) => {
    await directory.remove(kind, id);
    return update.call(directory, kind, id, change as never) as never;
  };
  try {
    const sent = { ...METADATA, client_id: body['client_id'] };
    const uri = String(body['registration_client_uri']);
    await refused(call('PUT', uri, String(body['registration_access_token']), sent), 401, 'invalid_token');
  } finally {
    directory.update = update;
  }
});
