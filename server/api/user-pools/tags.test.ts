/** Tags of pools, called in process. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newService } from '../testing/new-service.ts';
import { refusal } from '../testing/refusal.ts';

const api = await newService();

const invalid = 'InvalidParameterException';
const newPool = async (UserPoolTags?: object) =>
  (await api.call('CreateUserPool', { PoolName: 'Acme', UserPoolTags })).UserPool;
const tag = (ResourceArn: string, Tags: object) => api.call('TagResource', { ResourceArn, Tags });
const untag = (ResourceArn: string, ...TagKeys: string[]) =>
  api.call('UntagResource', { ResourceArn, TagKeys });
const tagsOf = async (ResourceArn: string) => (await api.call('ListTagsForResource', { ResourceArn })).Tags;
const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 'v']));

test('USR-236 OPS-152 OPS-153 OPS-154 OPS-159 tags go round by the ARN of the pool', async () => {
  const { Arn, Id } = await newPool({ Stage: 'test' });
  assert.deepEqual(await tagsOf(Arn), { Stage: 'test' });
  assert.deepEqual(await tag(Arn, { stage: 'other', CostCenter: '80432', Stage: 'prod' }), {});
  assert.deepEqual(await tagsOf(Arn), { Stage: 'prod', stage: 'other', CostCenter: '80432' });
  assert.deepEqual(await untag(Arn, 'stage', 'never-there'), {});
  assert.deepEqual(await tagsOf(Arn), { Stage: 'prod', CostCenter: '80432' });
  const { UserPool } = await api.call('DescribeUserPool', { UserPoolId: Id });
  assert.deepEqual(UserPool.UserPoolTags, { Stage: 'prod', CostCenter: '80432' });
});

test('USR-235 OPS-155 OPS-156 OPS-157 OPS-158 fifty tags, lengths, characters, and no aws: keys', async () => {
  const { Arn } = await newPool(many(49));
  await refusal(tag(Arn, { a: '1', b: '2' }), invalid, /more than 50/);
  assert.equal(Object.keys(await tagsOf(Arn)).length, 49);
  await tag(Arn, { ['k'.repeat(128)]: 'v'.repeat(256) });
  await untag(Arn, 'k0', 'k1', 'k2');
  for (const tags of [
    { ['k'.repeat(129)]: 'v' },
    { key: 'v'.repeat(257) },
    { '': 'v' },
    { 'a?b': 'v' },
    { key: 'a\nb' },
    { 'aws:x': 'v' },
    { 'AWS:x': 'v' },
  ])
    await refusal(tag(Arn, { fine: 'v', ...tags }), invalid);
  assert.equal('fine' in (await tagsOf(Arn)), false);
  const fine = { empty: '', 'Größe _.:/=+-@9': 'Ж', ['𝒳'.repeat(128)]: 'v' };
  await tag(Arn, fine);
  assert.deepEqual(
    Object.fromEntries(Object.entries(await tagsOf(Arn)).filter(([key]) => key in fine)),
    fine,
  );
});

test('bad tags of a new or changed pool are a tagging fault, and nothing is applied', async () => {
  await refusal(newPool({ 'aws:x': 'v' }), 'UserPoolTaggingException');
  await refusal(newPool(many(51)), 'UserPoolTaggingException');
  const { Id: UserPoolId, Arn } = await newPool({ Stage: 'test' });
  const update = { UserPoolId, PoolName: 'Renamed', UserPoolTags: { 'aws:x': 'v' } };
  await refusal(api.call('UpdateUserPool', update), 'UserPoolTaggingException');
  assert.deepEqual(await tagsOf(Arn), { Stage: 'test' });
  assert.equal((await api.call('DescribeUserPool', { UserPoolId })).UserPool.Name, 'Acme');
});

test('a key like a member of every object is a key like any other', async () => {
  const { Arn } = await newPool(JSON.parse('{"__proto__":"x","constructor":"y"}'));
  const tags = await tagsOf(Arn);
  assert.deepEqual(Object.entries(tags), [
    ['__proto__', 'x'],
    ['constructor', 'y'],
  ]);
  await untag(Arn, '__proto__');
  assert.deepEqual(Object.keys(await tagsOf(Arn)), ['constructor']);
  assert.equal(({} as Record<string, unknown>)['x'], undefined);
});

test('OPS-160 an ARN of another account, region or pool finds nothing; what is no ARN of a pool is invalid', async () => {
  const { Arn } = await newPool();
  for (const arn of [
    Arn.replace(/\w$/, (last: string) => (last === 'a' ? 'b' : 'a')),
    Arn.replace('123456789012', '123456789013'),
    Arn.replaceAll('eu-central-1', 'eu-west-1'),
  ])
    await refusal(tagsOf(arn), 'ResourceNotFoundException', `Resource ${arn} does not exist.`);
  for (const arn of ['arn:aws:s3:eu-central-1:123456789012:bucket/x', 'not an arn at all, long enough'])
    await refusal(tagsOf(arn), invalid);
});

test('tags of Foyer’s own mean something, so they are checked', async () => {
  const { Arn } = await newPool({ 'foyer:profile': 'cognito' });
  await tag(Arn, { 'foyer:scope-error': 'service', 'foyer:id-token-claims': 'scopes' });
  const misspelt = 'The tag foyer:profile cannot be OpenID: it is cognito or openid.';
  await refusal(tag(Arn, { 'foyer:profile': 'OpenID' }), invalid, misspelt);
  await refusal(tag(Arn, { 'foyer:scope-error': 'Service' }), invalid);
  await refusal(tag(Arn, { 'foyer:nothing': 'x' }), invalid, /^There is no tag foyer:nothing/);
  await refusal(tag(Arn, { 'Foyer:profile': 'cognito' }), invalid, /^There is no tag Foyer:profile/);
  await refusal(tag(Arn, { 'foyer:id': 'eu-central-1_Another01' }), invalid, /cannot change/);
  assert.deepEqual(await tagsOf(Arn), {
    'foyer:profile': 'cognito',
    'foyer:scope-error': 'service',
    'foyer:id-token-claims': 'scopes',
  });
  const fixed = await newPool({ 'foyer:id': 'eu-central-1_Mine00001' });
  await refusal(untag(fixed.Arn, 'foyer:id'), invalid, /cannot change/);
  assert.equal(fixed.Id, 'eu-central-1_Mine00001');
});

test('features belong to the openid profile: they come with it or after it, and leave with it or before it', async () => {
  const [profile, features] = ['foyer:profile', 'foyer:oauth-features'];
  const { Arn } = await newPool();
  const alone = 'The tag foyer:oauth-features is for pools whose tag foyer:profile is openid.';
  await refusal(tag(Arn, { [features]: 'par' }), invalid, alone);
  await tag(Arn, { [profile]: 'openid', [features]: 'par dpop' });
  await tag(Arn, { [features]: 'par device' });
  await refusal(tag(Arn, { [features]: 'par par' }), invalid, /cannot be par par: it is a list of features/);
  await refusal(untag(Arn, profile), invalid, alone);
  await refusal(tag(Arn, { [profile]: 'cognito' }), invalid, alone);
  assert.deepEqual(await tagsOf(Arn), { [profile]: 'openid', [features]: 'par device' });
  await untag(Arn, profile, features);
  assert.deepEqual(await tagsOf(Arn), {});
});
