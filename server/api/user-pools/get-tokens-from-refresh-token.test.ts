import { after, test } from 'node:test';
import { DEFAULT_LIMITS } from '../../settings/limits.ts';
import { openTestService } from '../testing/open-service.ts';
import { refusal } from '../testing/refusal.ts';

const api = await openTestService();
after(() => api.stores.close());

test('ATK-42 wrong secrets sent with refresh tokens count as those that are sent to revoke', async () => {
  const { pools } = api.service;
  const limits = { ...DEFAULT_LIMITS, 'client-failures': { perAddress: 2, perPool: 0 } };
  const byId = async (id: string) => Object.assign(await pools.byId(id), { limits });
  api.service.pools = { ...pools, byId };
  const { UserPool } = await api.call('CreateUserPool', { PoolName: 'crm' });
  const made = { UserPoolId: UserPool.Id, ClientName: 'web', GenerateSecret: true };
  const { ClientId, ClientSecret } = (await api.call('CreateUserPoolClient', made)).UserPoolClient;
  const wrong = 'notTheSecretOfThisClient0';
  const call = (name: string, input: object, address: string) =>
    api.call(name, { ClientId, ...input }, { accessKey: undefined, address });
  const refresh = (secret: string, address: string) =>
    call('GetTokensFromRefreshToken', { RefreshToken: 'rt_unknown', ClientSecret: secret }, address);

  await refusal(refresh(wrong, '203.0.113.9'), 'NotAuthorizedException', /^Unable to verify secret/);
  const revoke = { Token: 'rt_unknown', ClientSecret: wrong };
  await refusal(call('RevokeToken', revoke, '203.0.113.9'), 'UnauthorizedException');
  await refusal(refresh(ClientSecret, '203.0.113.9'), 'TooManyRequestsException');
  await refusal(refresh(ClientSecret, '198.51.100.7'), 'NotAuthorizedException', /Refresh Token/);
});
