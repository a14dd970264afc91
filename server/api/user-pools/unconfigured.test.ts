/** What tools ask of a pool on which nothing was set up, and what it says to those who would set it up. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openTestService, type TestService } from '../testing/open-service.ts';
import { refusal } from '../testing/refusal.ts';

let api: TestService;
let UserPoolId: string;
let ClientId: string;
before(async () => {
  api = await openTestService();
  UserPoolId = (await api.call('CreateUserPool', { PoolName: 'Acme' })).UserPool.Id;
  const made = await api.call('CreateUserPoolClient', { UserPoolId, ClientName: 'app' });
  ClientId = made.UserPoolClient.ClientId;
  await api.call('AdminCreateUser', { UserPoolId, Username: 'maria', MessageAction: 'SUPPRESS' });
});
after(() => api.stores.close());

const SmsConfiguration = {
  SnsCallerArn: 'arn:aws:iam::123456789012:role/sms',
  ExternalId: 'external',
  SnsRegion: 'eu-central-1',
};
const mfa = (pool = UserPoolId) => api.call('GetUserPoolMfaConfig', { UserPoolId: pool });
const setMfa = (change: object, pool = UserPoolId) =>
  api.call('SetUserPoolMfaConfig', { UserPoolId: pool, ...change });
/** As JSON carries it: without what is undefined. */
const plain = (answer: unknown) => JSON.parse(JSON.stringify(answer));

test('SEC-103 a second factor is off, and stays off when a tool says so', async () => {
  assert.deepEqual(plain(await mfa()), { MfaConfiguration: 'OFF' });
  const off = {
    MfaConfiguration: 'OFF',
    SoftwareTokenMfaConfiguration: { Enabled: false },
    EmailMfaConfiguration: {},
    WebAuthnConfiguration: {},
  };
  assert.deepEqual(plain(await setMfa(off)), { MfaConfiguration: 'OFF' });
  assert.deepEqual(plain(await setMfa({})), { MfaConfiguration: 'OFF' });
});

test('what asks for a second factor is refused, and nothing of the call is kept', async () => {
  const asks: [object, RegExp][] = [
    [{ MfaConfiguration: 'OPTIONAL' }, /^MfaConfiguration: .* is not supported by Foyer yet\.$/],
    [{ MfaConfiguration: 'ON' }, /^MfaConfiguration: /],
    [{ SoftwareTokenMfaConfiguration: { Enabled: true } }, /^SoftwareTokenMfaConfiguration\.Enabled: /],
    [{ EmailMfaConfiguration: { Subject: 'Code' } }, /^EmailMfaConfiguration: /],
    [{ WebAuthnConfiguration: { RelyingPartyId: 'example.com' } }, /^WebAuthnConfiguration: /],
  ];
  for (const [ask, message] of asks)
    await refusal(
      setMfa({ SmsMfaConfiguration: { SmsConfiguration }, ...ask }),
      'InvalidParameterException',
      message,
    );
  assert.deepEqual(plain(await mfa()), { MfaConfiguration: 'OFF' });
});

test('SEC-108 how SMS are sent is kept and shown by both operations; a text needs its code and 140 characters at most', async () => {
  const { Id } = (await api.call('CreateUserPool', { PoolName: 'Texts' })).UserPool;
  const refreshed = api.refreshed();
  const text = { SmsAuthenticationMessage: 'It is {####}' };
  const kept = { MfaConfiguration: 'OFF', SmsMfaConfiguration: { SmsConfiguration, ...text } };
  assert.deepEqual(plain(await setMfa({ SmsMfaConfiguration: { SmsConfiguration, ...text } }, Id)), kept);
  assert.equal(api.refreshed(), refreshed + 1);
  assert.deepEqual(plain(await mfa(Id)), kept);
  const { UserPool } = await api.call('DescribeUserPool', { UserPoolId: Id });
  assert.deepEqual(UserPool.SmsConfiguration, SmsConfiguration);
  assert.equal(UserPool.SmsAuthenticationMessage, text.SmsAuthenticationMessage);

  for (const wrong of ['It is 123456', `{####}${'x'.repeat(135)}`])
    await refusal(
      setMfa({ SmsMfaConfiguration: { SmsAuthenticationMessage: wrong } }, Id),
      'InvalidParameterException',
    );
  assert.deepEqual(plain(await mfa(Id)), kept);
  await setMfa({ SmsMfaConfiguration: { SmsAuthenticationMessage: `{####}${'x'.repeat(134)}` } }, Id);
  assert.deepEqual((await mfa(Id)).SmsMfaConfiguration.SmsConfiguration, SmsConfiguration);
});

test('what was never set up reads as empty', async () => {
  const empty: [string, object, object][] = [
    ['DescribeRiskConfiguration', {}, { RiskConfiguration: { UserPoolId } }],
    ['DescribeRiskConfiguration', { ClientId }, { RiskConfiguration: { UserPoolId, ClientId } }],
    ['GetLogDeliveryConfiguration', {}, { LogDeliveryConfiguration: { UserPoolId, LogConfigurations: [] } }],
    ['GetUICustomization', {}, { UICustomization: {} }],
    ['GetUICustomization', { ClientId }, { UICustomization: {} }],
    ['GetUICustomization', { ClientId: 'ALL' }, { UICustomization: {} }],
    ['ListTerms', {}, { Terms: [] }],
    ['ListUserPoolReplicas', {}, { UserPoolReplicas: [] }],
  ];
  for (const [operation, input, answer] of empty)
    assert.deepEqual(plain(await api.call(operation, { UserPoolId, ...input })), answer, operation);
  await refusal(
    api.call('DescribeManagedLoginBrandingByClient', { UserPoolId, ClientId }),
    'ResourceNotFoundException',
  );
});

test('of factors to begin with, somebody has the password that was set, and nothing else', async () => {
  const factors = async () =>
    (await api.call('AdminGetUserAuthFactors', { UserPoolId, Username: 'maria' })).ConfiguredUserAuthFactors;
  assert.deepEqual(await factors(), ['PASSWORD']);
  await refusal(
    api.call('AdminGetUserAuthFactors', { UserPoolId, Username: 'nobody' }),
    'UserNotFoundException',
  );
});

test('SEC-188 threat protection is off: it has no events, and cannot be configured', async () => {
  const user = { UserPoolId, Username: 'maria' };
  const off: [string, object][] = [
    ['SetRiskConfiguration', { UserPoolId }],
    ['SetRiskConfiguration', { UserPoolId, ClientId }],
    ['AdminListUserAuthEvents', user],
    ['AdminUpdateAuthEventFeedback', { ...user, EventId: '1', FeedbackValue: 'Valid' }],
  ];
  for (const [operation, input] of off)
    await refusal(api.call(operation, input), 'UserPoolAddOnNotEnabledException');
});

test('USR-237 devices are not tracked, and no operation on them does anything', async () => {
  const device = { UserPoolId, Username: 'maria', DeviceKey: 'eu-central-1_0a1b2c3d' };
  const operations = ['AdminListDevices', 'AdminGetDevice', 'AdminUpdateDeviceStatus', 'AdminForgetDevice'];
  for (const operation of operations)
    await refusal(api.call(operation, device), 'InvalidUserPoolConfigurationException');
});

test('a pool or client that is not there is not there for these operations either', async () => {
  const { Id } = (await api.call('CreateUserPool', { PoolName: 'Other' })).UserPool;
  const ofPools = [
    'GetUserPoolMfaConfig',
    'SetUserPoolMfaConfig',
    'DescribeRiskConfiguration',
    'SetRiskConfiguration',
    'GetLogDeliveryConfiguration',
    'GetUICustomization',
    'ListTerms',
    'ListUserPoolReplicas',
  ];
  const withUser = ['AdminListDevices', 'AdminListUserAuthEvents'];
  for (const operation of [...ofPools, ...withUser])
    await refusal(
      api.call(operation, { UserPoolId: 'eu-central-1_Nothing01', Username: 'maria' }),
      'ResourceNotFoundException',
      'User pool eu-central-1_Nothing01 does not exist.',
    );
  for (const operation of [
    'DescribeRiskConfiguration',
    'SetRiskConfiguration',
    'GetUICustomization',
    'DescribeManagedLoginBrandingByClient',
  ])
    await refusal(
      api.call(operation, { UserPoolId: Id, ClientId }),
      'ResourceNotFoundException',
      `User pool client ${ClientId} does not exist.`,
    );
});
