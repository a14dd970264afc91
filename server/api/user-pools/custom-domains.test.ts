/** Operations on custom domains, called in process, and the certificates that they name. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { pino } from 'pino';
import { listCertificates } from '../../configuration/list-certificates.ts';
import { putCertificate } from '../../configuration/put-certificate.ts';
import { removeCertificate } from '../../configuration/remove-certificate.ts';
import { makeAuthority } from '../../tls/authority.ts';
import { openCertificateKey } from '../../tls/certificate-key.ts';
import { callOperation } from '../call-operation.ts';
import { openTestService, REGION, type TestService } from '../testing/open-service.ts';
import { refusal } from '../testing/refusal.ts';

const DAY = 24 * 3_600_000;
const START = Date.parse('2026-11-05T10:00:00Z');
const validity = { validFrom: START - DAY, validTo: START + 90 * DAY };
const NAMES = ['auth.example.com', 'a.b', 'auth-1.xn--bcher-kva.example', '*.four.example', '*.both.example'];
const UNKNOWN = 'arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-4000-8000-000000000000';

const authority = makeAuthority('Authority of the tests', validity);
const broad = authority.issue({ names: NAMES, ...validity });
const narrow = authority.issue({ names: ['auth.example.com'], validFrom: START, validTo: START + 200 * DAY });

let api: TestService;
let arn: string;
before(async () => {
  api = await openTestService();
});
after(() => api.stores.close());
beforeEach(async () => {
  ({ arn } = await putCertificate(api.service, broad));
});

const invalid = 'InvalidParameterException';
const newPool = async (): Promise<string> =>
  (await api.call('CreateUserPool', { PoolName: 'Acme' })).UserPool.Id;
const create = async (Domain: string, CertificateArn: string | undefined = arn, UserPoolId?: string) =>
  api.call('CreateUserPoolDomain', {
    UserPoolId: UserPoolId ?? (await newPool()),
    Domain,
    ...(CertificateArn && { CustomDomainConfig: { CertificateArn } }),
  });
const described = async (Domain: string) =>
  (await api.call('DescribeUserPoolDomain', { Domain })).DomainDescription;
const remove = async (Domain: string) =>
  api.call('DeleteUserPoolDomain', { UserPoolId: (await described(Domain)).UserPoolId, Domain });

test('HUI-53 host names in small letters are accepted, labels that begin or end with a hyphen are not', async () => {
  for (const name of NAMES.slice(0, 3)) {
    await create(name);
    assert.equal((await described(name)).Status, 'ACTIVE');
    await remove(name);
  }
  for (const name of [
    ...['Auth.example.com', '-a.example.com', 'a-.example.com', 'a.-b.com', 'a.b-'],
    ...['a..b', '.a.b', 'a.b.', 'localhost.', '10.0.0.1', 'a.*', `${'x'.repeat(60)}.com`],
  ])
    await refusal(create(name), invalid, /^A custom domain has at most 63 characters/);
});

test('HUI-54 a custom domain without a certificate, or with one that nobody knows, is refused', async () => {
  await refusal(create('auth.example.com', ''), invalid, /needs CustomDomainConfig/);
  await refusal(create('auth.example.com', UNKNOWN), invalid, `The certificate ${UNKNOWN} does not exist.`);
  await refusal(create('prefix-with-certificate'), invalid, /only a custom domain has a certificate/);
  assert.deepEqual(await described('auth.example.com'), {});
});

test('HUI-54 a certificate for other hosts, or out of its time, is refused, at an update too', async () => {
  await refusal(create('login.example.com'), invalid, /, not for login\.example\.com\.$/);
  await create('auth.example.com');
  const { UserPoolId } = await described('auth.example.com');
  const update = (CertificateArn: string) =>
    api.call('UpdateUserPoolDomain', {
      UserPoolId,
      Domain: 'auth.example.com',
      CustomDomainConfig: { CertificateArn },
    });
  await refusal(update(UNKNOWN), invalid, /does not exist/);
  api.clock.at = validity.validTo;
  await refusal(create('a.b'), invalid, `The certificate ${arn} has expired on 2027-02-03.`);
  await refusal(update(arn), invalid, /has expired/);
  await refusal(putCertificate(api.service, broad), invalid, /has expired/);
  api.clock.at = START - 2 * DAY;
  await refusal(create('a.b'), invalid, /is not valid before 2026-11-04\.$/);
  api.clock.at = START;
  assert.equal((await described('auth.example.com')).CustomDomainConfig.CertificateArn, arn);
  await remove('auth.example.com');
});

test('HUI-55 HUI-57 the alias target is the configured host, and stays when the certificate changes', async () => {
  const UserPoolId = await newPool();
  const target = { ManagedLoginVersion: 1, CloudFrontDomain: 'alias.foyer.test' };
  assert.deepEqual(await create('auth.example.com', arn, UserPoolId), target);
  const description = await described('auth.example.com');
  assert.equal(description.CloudFrontDistribution, 'alias.foyer.test');
  assert.deepEqual(description.CustomDomainConfig, {
    CertificateArn: arn,
    SecurityPolicy: 'TLS_V1_2_2021',
  });
  const other = await putCertificate(api.service, narrow);
  assert.notEqual(other.arn, arn);
  const update = await api.call('UpdateUserPoolDomain', {
    UserPoolId,
    Domain: 'auth.example.com',
    CustomDomainConfig: { CertificateArn: other.arn },
  });
  assert.deepEqual(update, target);
  const after = await described('auth.example.com');
  assert.equal(after.CloudFrontDistribution, 'alias.foyer.test');
  assert.equal(after.CustomDomainConfig.CertificateArn, other.arn);
  await api.call('UpdateUserPoolDomain', { UserPoolId, Domain: 'auth.example.com', ManagedLoginVersion: 2 });
  assert.equal((await described('auth.example.com')).CustomDomainConfig.CertificateArn, other.arn);
  await remove('auth.example.com');
});

test('a policy of TLS that would not be kept is refused', async () => {
  const UserPoolId = await newPool();
  const input = (SecurityPolicy: string) => ({
    UserPoolId,
    Domain: 'auth.example.com',
    CustomDomainConfig: { CertificateArn: arn, SecurityPolicy },
  });
  for (const policy of ['TLS_V1', 'TLS_V1_3_2025'])
    await refusal(api.call('CreateUserPoolDomain', input(policy)), invalid, /SecurityPolicy/);
  await api.call('CreateUserPoolDomain', input('TLS_V1_2_2021'));
  await remove('auth.example.com');
});

test('HUI-59 a pool has one prefix and one custom domain, and no second of either', async () => {
  const UserPoolId = await newPool();
  await create('both-kinds', '', UserPoolId);
  await create('login.both.example', arn, UserPoolId);
  const { UserPool } = await api.call('DescribeUserPool', { UserPoolId });
  assert.deepEqual([UserPool.Domain, UserPool.CustomDomain], ['both-kinds', 'login.both.example']);
  const taken = (kind: string) => `User pool already has a ${kind} domain configured.`;
  await refusal(create('second-prefix', '', UserPoolId), invalid, taken('prefix'));
  await refusal(create('second.both.example', arn, UserPoolId), invalid, taken('custom'));
  assert.deepEqual(await described('second-prefix'), {});
  assert.deepEqual(await described('second.both.example'), {});
  await remove('login.both.example');
});

test('HUI-60 the installation has four custom domains and no fifth, unless it is configured for more', async () => {
  const names = ['a.four.example', 'b.four.example', 'c.four.example', 'd.four.example'];
  for (const name of names) await create(name);
  await refusal(create('e.four.example'), 'LimitExceededException');
  assert.deepEqual(await described('e.four.example'), {});
  const service = { ...api.service, settings: { ...api.service.settings, maxCustomDomains: 5 } };
  const input = {
    UserPoolId: await newPool(),
    Domain: 'e.four.example',
    CustomDomainConfig: { CertificateArn: arn },
  };
  const caller = { region: REGION, requestId: 'test', accessKey: 'process' };
  await callOperation(service, 'CreateUserPoolDomain', input, caller);
  for (const name of [...names, 'e.four.example']) await remove(name);
});

test('a parent without an address in DNS is worth a warning, and no more', async () => {
  const lines: string[] = [];
  const asked: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
  const nameResolves = async (host: string) => {
    asked.push(host);
    return false;
  };
  const caller = { region: REGION, requestId: 'test', accessKey: 'process' };
  const service = { ...api.service, log, nameResolves };
  for (const Domain of ['auth.example.com', 'a.b'])
    await callOperation(
      service,
      'CreateUserPoolDomain',
      { UserPoolId: await newPool(), Domain, CustomDomainConfig: { CertificateArn: arn } },
      caller,
    );
  assert.deepEqual(asked, ['example.com'], 'the top of DNS is not asked about');
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? '', /"domain":"auth\.example\.com","parent":"example\.com"/);
  for (const name of ['auth.example.com', 'a.b']) await remove(name);
});

test('HUI-58 a renewal under the same ARN replaces certificate and key, and must cover the domains that use it', async () => {
  await create('auth.example.com');
  const stored = async () => {
    const found = await api.service.directory.installation.find('certificate', arn);
    assert.ok(found);
    return { ...found.record, key: openCertificateKey(api.service.vault, found) };
  };
  const before = await stored();
  assert.deepEqual([before.chain, before.key], [broad.chain, broad.key]);
  assert.doesNotMatch(before.sealedKey, /PRIVATE|MII/, 'the key lies sealed in the store');

  assert.deepEqual(await putCertificate(api.service, { ...narrow, arn }), { arn, renewed: true });
  const after = await stored();
  assert.deepEqual([after.chain, after.key], [narrow.chain, narrow.key]);
  const listed = (await listCertificates(api.service.directory)).find((known) => known.arn === arn);
  const validTo = START + 200 * DAY;
  assert.deepEqual(listed, { arn, names: ['auth.example.com'], validTo, domains: ['auth.example.com'] });

  const elsewhere = authority.issue({ names: ['login.example.com'], ...validity });
  await refusal(putCertificate(api.service, { ...elsewhere, arn }), invalid, /is used by auth\.example\.com/);
  assert.equal((await stored()).chain, narrow.chain);
  await refusal(removeCertificate(api.service.directory, arn), invalid, /is used by auth\.example\.com/);
  await remove('auth.example.com');
  await putCertificate(api.service, { ...elsewhere, arn });
  await removeCertificate(api.service.directory, arn);
  await refusal(removeCertificate(api.service.directory, arn), 'ResourceNotFoundException');
});

test('a certificate may be brought under an ARN of its own, in the form that the service gives', async () => {
  const own = UNKNOWN.replaceAll('0000-', '1111-');
  assert.deepEqual(await putCertificate(api.service, { ...broad, arn: own }), { arn: own, renewed: false });
  await create('auth.example.com', own);
  await remove('auth.example.com');
  for (const wrong of [
    'mine',
    own.replace('us-east-1', 'eu-central-1'),
    `${own}0`,
    own.replace(':acm:', ':iam:'),
  ])
    await refusal(putCertificate(api.service, { ...broad, arn: wrong }), invalid, /is not the ARN/);
  await refusal(
    putCertificate(api.service, { chain: broad.chain, key: narrow.key }),
    invalid,
    /does not fit/,
  );
});
