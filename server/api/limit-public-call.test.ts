import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Refusal } from '../errors.ts';
import { SERVICE_RATES } from '../settings/rates.ts';
import { limitCall } from './limit-call.ts';
import { openTestService, type TestService } from './testing/open-service.ts';

let api: TestService;
before(async () => {
  api = await openTestService();
  api.service.settings.rates = SERVICE_RATES;
});
after(() => api.stores.close());

async function newPool(): Promise<{ UserPoolId: string; ClientId: string }> {
  const { UserPool } = await api.call('CreateUserPool', { PoolName: 'People' });
  const named = { UserPoolId: UserPool.Id, ClientName: 'Application' };
  const { UserPoolClient } = await api.call('CreateUserPoolClient', named);
  return { UserPoolId: UserPool.Id, ClientId: UserPoolClient.ClientId };
}

/** Whether the next call of an application may come in this second. */
async function goesThrough(input: unknown, operation = 'SignUp'): Promise<boolean> {
  try {
    await limitCall(api.service, operation, input);
    return true;
  } catch (error) {
    assert.ok(error instanceof Refusal && error.reason === 'too-many-requests', String(error));
    return false;
  }
}

test('USR-256 what an application calls by its client counts for the pool of that client, and no other', async () => {
  const one = await newPool();
  const two = await newPool();
  const input = { ClientId: one.ClientId, Username: 'maria' };
  for (let i = 0; i < SERVICE_RATES['user-authentication']; i++) assert.ok(await goesThrough(input));
  assert.equal(await goesThrough(input, 'ForgotPassword'), false);
  assert.equal(await goesThrough({ ...input, UserPoolId: one.UserPoolId }), false);
  assert.ok(await goesThrough({ ClientId: two.ClientId }));
});

test('calls by clients that do not exist use up no pool’s rate', async () => {
  const { ClientId } = await newPool();
  api.clock.at += 1000;
  for (const unknown of ['nobodysclient', 'no client', 7, null, '__proto__'])
    for (let i = 0; i < 5; i++) await goesThrough({ ClientId: unknown });
  assert.equal(await goesThrough({ ClientId: 'nobodysclient' }), false);
  assert.ok(await goesThrough({ ClientId }));
});
