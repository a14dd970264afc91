/** Operations on domains, called in process. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callOperation } from '../call-operation.ts';
import { newService } from '../testing/new-service.ts';
import { REGION } from '../testing/open-service.ts';
import { refusal } from '../testing/refusal.ts';

const api = await newService();

const invalid = 'InvalidParameterException';
const newPool = async (): Promise<string> =>
  (await api.call('CreateUserPool', { PoolName: 'Acme' })).UserPool.Id;
const create = async (Domain: string, more: { UserPoolId?: string } = {}) =>
  api.call('CreateUserPoolDomain', { UserPoolId: await newPool(), Domain, ...more });
const described = async (Domain: string) =>
  (await api.call('DescribeUserPoolDomain', { Domain })).DomainDescription;

test('HUI-48 prefixes of 1 to 63 small letters, digits and inner hyphens are accepted, others not', async () => {
  for (const prefix of ['a', '7', 'acme-1', 'a--b', 'x'.repeat(63)]) assert.ok(await create(prefix));
  for (const prefix of ['Acme', 'a_b', '-a', 'a-', 'x'.repeat(64), 'a b', 'ä', 'a/b', ''])
    await refusal(create(prefix), invalid);
});

test('HUI-49 USR-251 a prefix that is in use is refused, to others and to its own pool', async () => {
  const UserPoolId = await newPool();
  await create('taken', { UserPoolId });
  await refusal(create('taken'), invalid, 'Domain already associated with another user pool.');
  await refusal(
    create('taken', { UserPoolId }),
    invalid,
    'Domain already associated with another user pool.',
  );
  assert.equal((await described('taken')).UserPoolId, UserPoolId);
});

test('of many callers at once one gets a prefix', async () => {
  const pools = await Promise.all(Array.from({ length: 20 }, newPool));
  const tries = await Promise.allSettled(pools.map((UserPoolId) => create('wanted', { UserPoolId })));
  const won = tries.flatMap(({ status }, index) => (status === 'fulfilled' ? [pools[index]] : []));
  assert.deepEqual(won, [(await described('wanted')).UserPoolId]);
});

test('HUI-50 reserved words are refused', async () => {
  for (const prefix of ['aws', 'my-amazon-shop', 'cognito', 'xcognitox'])
    await refusal(create(prefix), invalid, /^Domain cannot contain reserved word: (aws|amazon|cognito)$/);
  for (const prefix of ['www', 'api', 'health', 'dev', 'oauth2', 'login', 'logout'])
    await refusal(create(prefix), invalid, /is reserved\.$/);
});

test('HUI-51 USR-251 a domain that nobody has is described by nothing', async () => {
  assert.deepEqual(await described('free-prefix'), {});
  assert.deepEqual(await described('auth.example.com'), {});
});

test('a deleted domain is gone, and its prefix free for others', async () => {
  const UserPoolId = await newPool();
  await create('passed-on', { UserPoolId });
  const stranger = await newPool();
  const gone = 'No such domain or user pool exists.';
  const input = { UserPoolId: stranger, Domain: 'passed-on' };
  await refusal(api.call('DeleteUserPoolDomain', input), 'ResourceNotFoundException', gone);
  await api.call('DeleteUserPoolDomain', { UserPoolId, Domain: 'passed-on' });
  assert.deepEqual(await described('passed-on'), {});
  await create('passed-on', { UserPoolId: stranger });
  assert.equal((await described('passed-on')).UserPoolId, stranger);
});

test('two prefixes claimed for one pool at once never both stay', async () => {
  for (let round = 0; round < 10; round++) {
    const UserPoolId = await newPool();
    const names = [`race-a${round}`, `race-b${round}`];
    await Promise.allSettled(names.map((name) => create(name, { UserPoolId })));
    const { items } = await api.service.directory.forPool(UserPoolId).list('domain', { limit: 10 });
    assert.ok(items.length <= 1, JSON.stringify(items));
  }
});

test('HUI-61 a domain is CREATING until its pool is known to be allowed it, then ACTIVE', async () => {
  const UserPoolId = await newPool();
  const seen: string[] = [];
  const { service } = api;
  const watched = {
    ...service,
    directory: {
      ...service.directory,
      find: service.directory.find.bind(service.directory),
      listPools: service.directory.listPools.bind(service.directory),
      forPool(poolId: string) {
        const directory = service.directory.forPool(poolId);
        const list: typeof directory.list = async (kind, page) => {
          if (kind === 'domain') seen.push((await described('slow-start')).Status);
          return directory.list(kind, page);
        };
        return new Proxy(directory, {
          get: (target, key) => (key === 'list' ? list : Reflect.get(target, key)),
        });
      },
    },
  };
  const caller = { region: REGION, requestId: 'test', accessKey: 'process' };
  await callOperation(watched, 'CreateUserPoolDomain', { UserPoolId, Domain: 'slow-start' }, caller);
  assert.deepEqual([...seen, (await described('slow-start')).Status], ['CREATING', 'ACTIVE']);
});

test('a claim that a crash left behind is taken up by its pool, and by nobody else', async () => {
  const UserPoolId = await newPool();
  await api.service.directory.forPool(UserPoolId).create('domain', 'half-made', {
    kind: 'prefix',
    status: 'CREATING',
    version: '1',
    managedLoginVersion: 1,
  });
  await refusal(create('half-made'), invalid, /already associated/);
  await create('half-made', { UserPoolId });
  assert.equal((await described('half-made')).Status, 'ACTIVE');
});

test('a description names pool, account, version and status; an update changes the version of the pages', async () => {
  const UserPoolId = await newPool();
  const answer = { ManagedLoginVersion: 1, CloudFrontDomain: undefined };
  assert.deepEqual(await create('described', { UserPoolId }), answer);
  const description = {
    UserPoolId,
    AWSAccountId: '123456789012',
    Domain: 'described',
    CloudFrontDistribution: undefined,
    Version: '20261105100000',
    Status: 'ACTIVE',
    ManagedLoginVersion: 1,
    CustomDomainConfig: undefined,
  };
  assert.deepEqual(await described('described'), description);
  api.clock.at += 61_000;
  await api.call('UpdateUserPoolDomain', { UserPoolId, Domain: 'described', ManagedLoginVersion: 2 });
  assert.deepEqual(await described('described'), {
    ...description,
    Version: '20261105100101',
    ManagedLoginVersion: 2,
  });
  for (const more of [
    { ManagedLoginVersion: 3 },
    { CustomDomainConfig: { CertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/1' } },
  ])
    await refusal(api.call('UpdateUserPoolDomain', { UserPoolId, Domain: 'described', ...more }), invalid);
  await refusal(
    api.call('UpdateUserPoolDomain', { UserPoolId, Domain: 'not-mine' }),
    'ResourceNotFoundException',
  );
});

test('names of the installation itself are no custom domain', async () => {
  const settings = {
    ...api.service.settings,
    publicUrl: 'https://id.acme.test',
    domainSuffix: 'pages.acme.test',
  };
  const service = { ...api.service, settings };
  const caller = { region: REGION, requestId: 'test', accessKey: 'process' };
  for (const Domain of ['id.acme.test', 'x.auth.eu-central-1.pages.acme.test', 'pages.acme.test'])
    await refusal(
      callOperation(service, 'CreateUserPoolDomain', { UserPoolId: await newPool(), Domain }, caller),
      invalid,
      /belongs to the installation itself/,
    );
});
