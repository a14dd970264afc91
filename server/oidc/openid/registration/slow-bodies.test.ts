import assert from 'node:assert/strict';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { findClient } from '../../../configuration/find-client.ts';
import { METADATA, registrationsOfTests } from '../../testing/registrations.ts';

const { at, machine, tokenOf, registered } = registrationsOfTests();

/** Sends the body once the client of this id was read, and `meanwhile` is done. */
async function sendSlowly(
  method: string,
  uri: string,
  token: string,
  { body, id, meanwhile }: { body: object; id: string; meanwhile: () => Promise<unknown> },
) {
  const { directory } = at.stage.pool;
  const { find } = directory;
  const { promise: read, resolve } = Promise.withResolvers<void>();
  directory.find = async (kind, asked) => {
    const found = await find.call(directory, kind, asked);
    if (kind === 'client' && asked === id) setImmediate(resolve);
    return found as never;
  };
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const sending = request(uri, { method, headers });
  const answered = new Promise<{ status: number; body: Record<string, unknown> }>((done, failed) => {
    sending.on('error', failed);
    sending.on('response', async (answer) =>
      done({ status: answer.statusCode ?? 0, body: JSON.parse(await text(answer)) }),
    );
  });
  const whole = JSON.stringify(body);
  sending.write(whole.slice(0, 5));
  await read;
  directory.find = find;
  await meanwhile();
  sending.end(whole.slice(5));
  return answered;
}

/** As an operator takes something away. */
const leave = (id: string, AllowedOAuthScopes: string[]) =>
  at.stage.pool.directory.update('client', id, (record) => ({
    ...record,
    settings: { ...record.settings, AllowedOAuthScopes, SupportedIdentityProviders: [] },
  }));

test('OID-186 what the operator takes away while a change is being sent does not come back with it', async () => {
  const client = await registered({ ...METADATA, scope: 'openid orders/read' });
  const id = String(client['client_id']);
  const uri = String(client['registration_client_uri']);
  const token = String(client['registration_access_token']);
  const body = { ...METADATA, client_id: id };
  const meanwhile = () => leave(id, ['openid']);
  const greedy = { ...body, scope: 'openid orders/read' };
  assert.equal((await sendSlowly('PUT', uri, token, { body: greedy, id, meanwhile })).status, 400);
  await leave(id, ['openid', 'orders/read']);
  assert.equal((await sendSlowly('PUT', uri, token, { body, id, meanwhile })).status, 200);
  const { settings } = (await findClient(at.stage.pool, id)) ?? assert.fail();
  assert.deepEqual(settings.SupportedIdentityProviders, []);
});

test('OID-181 a token that loses the scope of registration while the body is being sent registers nobody', async () => {
  const { id, secret } = await machine(['foyer.registration/create', 'orders/read']);
  const token = await tokenOf({ id, secret } as typeof at.registrar);
  const uri = `${at.stage.base}/oauth2/register`;
  const given = { id, meanwhile: () => leave(id, ['orders/read']) };
  const { status, body } = await sendSlowly('POST', uri, token, { ...given, body: METADATA });
  assert.deepEqual([status, body['error']], [403, 'insufficient_scope']);
});
