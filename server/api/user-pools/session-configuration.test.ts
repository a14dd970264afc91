import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openTestService } from '../testing/open-service.ts';
import { refusal } from '../testing/refusal.ts';

const api = await openTestService();
after(() => api.stores.close());

test('a pool that went down to a tier without tracked sessions can stop to track them, and not begin again', async () => {
  const { UserPool } = await api.call('CreateUserPool', { PoolName: 'crm' });
  const named = { UserPoolId: UserPool.Id };
  const set = (UserSessionTracking: string) => {
    const TokenSession = { MaxPerUser: 5 };
    return api.call('SetUserPoolSessionConfiguration', { ...named, UserSessionTracking, TokenSession });
  };
  await set('ENABLED');
  await api.call('UpdateUserPool', { ...named, UserPoolTier: 'LITE' });
  await set('DISABLED');
  const now = await api.call('GetUserPoolSessionConfiguration', named);
  assert.equal(now.UserSessionTracking, 'DISABLED');
  await refusal(set('ENABLED'), 'FeatureUnavailableInTierException');
});
