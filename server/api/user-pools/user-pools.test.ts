/** Pools come and go: ids, regions, lists, deletion. Operations called in process; real clients are in e2e. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fiftyAtOnce } from '#adapters/testing/fifty-at-once.ts';
import { newService } from '../testing/new-service.ts';
import { REGION } from '../testing/open-service.ts';
import { refusal } from '../testing/refusal.ts';

const api = await newService();

const newPool = async (more: object = {}) =>
  (await api.call('CreateUserPool', { PoolName: 'Acme', ...more })).UserPool;
const described = async (UserPoolId: string) => (await api.call('DescribeUserPool', { UserPoolId })).UserPool;

test('HUI-09 a pool with a domain, or a protected one, is not deleted', async () => {
  const { Id: UserPoolId } = await newPool({ DeletionProtection: 'ACTIVE' });
  await api.call('CreateUserPoolDomain', { UserPoolId, Domain: 'hui-09' });
  await refusal(api.call('DeleteUserPool', { UserPoolId }), 'InvalidParameterException', /domain configured/);
  await api.call('DeleteUserPoolDomain', { UserPoolId, Domain: 'hui-09' });
  await refusal(
    api.call('DeleteUserPool', { UserPoolId }),
    'InvalidParameterException',
    /deletion protection/,
  );
  await api.call('UpdateUserPool', { UserPoolId, DeletionProtection: 'INACTIVE' });
  await api.call('DeleteUserPool', { UserPoolId });
  await refusal(
    described(UserPoolId),
    'ResourceNotFoundException',
    `User pool ${UserPoolId} does not exist.`,
  );
});

test('a deleted pool leaves nothing behind, and a deletion cut short is taken up again', async () => {
  const { Id: UserPoolId } = await newPool();
  const { UserPoolClient } = await api.call('CreateUserPoolClient', { UserPoolId, ClientName: 'app' });
  await api.call('CreateResourceServer', { UserPoolId, Identifier: 'bills', Name: 'Bills' });
  const directory = api.service.directory.forPool(UserPoolId);
  // As a crash leaves it: marked, with some of it still there.
  await directory.update('pool', UserPoolId, (pool) => ({ ...pool, deleting: true }));
  await refusal(described(UserPoolId), 'ResourceNotFoundException');
  const listed = await api.call('ListUserPools', { MaxResults: 60 });
  assert.ok(!listed.UserPools.some(({ Id }: { Id: string }) => Id === UserPoolId));

  await api.call('DeleteUserPool', { UserPoolId });
  assert.equal(await api.service.directory.find('client', UserPoolClient.ClientId), undefined);
  assert.equal(await directory.find('resource-server', 'bills'), undefined);
  assert.equal(await directory.find('pool', UserPoolId), undefined);
  await refusal(api.call('DeleteUserPool', { UserPoolId }), 'ResourceNotFoundException');
});

test('a pool is listed and found in its own region only', async () => {
  const west = { region: 'us-west-2' };
  const pool = (await api.call('CreateUserPool', { PoolName: 'West' }, west)).UserPool;
  assert.match(pool.Id, /^us-west-2_[0-9A-Za-z]{9}$/);
  await refusal(described(pool.Id), 'ResourceNotFoundException');
  assert.equal((await api.call('DescribeUserPool', { UserPoolId: pool.Id }, west)).UserPool.Id, pool.Id);
  const listed = await api.call('ListUserPools', { MaxResults: 60 }, west);
  assert.deepEqual(
    listed.UserPools.map(({ Id }: { Id: string }) => Id),
    [pool.Id],
  );
});

test('pools are listed by pages that together hold each once', async () => {
  const region = { region: 'eu-north-1' };
  const made = new Set<string>();
  for (let i = 0; i < 5; i++)
    made.add((await api.call('CreateUserPool', { PoolName: `p${i}` }, region)).UserPool.Id);
  const seen: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await api.call('ListUserPools', { MaxResults: 2, NextToken }, region);
    assert.ok(page.UserPools.length <= 2);
    seen.push(...page.UserPools.map(({ Id }: { Id: string }) => Id));
    NextToken = page.NextToken;
  } while (NextToken);
  assert.deepEqual(seen.toSorted(), [...made].toSorted());
  assert.equal(new Set(seen).size, seen.length);
});

test('MaxResults of pools is 1 to 60', async () => {
  for (const MaxResults of [0, 61])
    await refusal(api.call('ListUserPools', { MaxResults }), 'InvalidParameterException', /'maxResults'/);
  await refusal(api.call('ListUserPools', {}), 'InvalidParameterException', /Value null at 'maxResults'/);
});

test('opened pools are refreshed after what configures, and only then', async () => {
  const { Id: UserPoolId } = await newPool();
  const before = api.refreshed();
  await described(UserPoolId);
  assert.equal(api.refreshed(), before);
  await api.call('UpdateUserPool', { UserPoolId });
  assert.equal(api.refreshed(), before + 1);
});

test('an installation has a thousand pools and not one more, also when many are made at once', async () => {
  const full = await newService();
  const { UserPool } = await full.call('CreateUserPool', { PoolName: 'Acme' });
  const { record } = (await full.service.directory.forPool(UserPool.Id).find('pool', UserPool.Id)) ?? {};
  assert.ok(record);
  for (let n = 1; n < 980; n++) {
    const id = `${REGION}_Full${String(n).padStart(5, '0')}`;
    await full.service.directory.forPool(id).create('pool', id, record);
  }
  const create = () => full.call('CreateUserPool', { PoolName: 'Acme' });
  const limit = /^There are 1000 user pools already\.$/;
  const { values, errors } = await fiftyAtOnce(create);
  assert.ok(values.length <= 20, `${values.length - 20} too many were made at once`);
  for (const error of errors) await refusal(Promise.reject(error), 'LimitExceededException', limit);
  for (let n = values.length; n < 20; n++) await create();
  await refusal(create(), 'LimitExceededException', limit);
});

test('an id that is fixed is used, once, and in its region only', async () => {
  const fixed = { poolId: 'eu-central-1_Fixed0001' };
  const make = (caller = {}) => api.call('CreateUserPool', { PoolName: 'Fixed' }, { fixed, ...caller });
  assert.equal((await make()).UserPool.Id, fixed.poolId);
  await refusal(make(), 'InvalidParameterException', /exists already/);
  await refusal(make({ region: 'us-east-1' }), 'InvalidParameterException', /not one of the region/);
  const tagged = await newPool({ UserPoolTags: { 'foyer:id': 'eu-central-1_Tagged001' } });
  assert.equal(tagged.Id, 'eu-central-1_Tagged001');
});
