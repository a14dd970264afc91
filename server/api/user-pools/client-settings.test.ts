/** Settings of app clients: lifetimes, attributes, defaults. Operations called in process. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findClient } from '../../configuration/find-client.ts';
import { type ClientStage, CODE, openClientStage } from '../testing/client-stage.ts';
import type { TestService } from '../testing/open-service.ts';
import { refusal } from '../testing/refusal.ts';

let api: TestService;
let UserPoolId: string;
let newClient: ClientStage['newClient'];
let update: ClientStage['update'];
let described: ClientStage['described'];
before(async () => {
  ({ api, UserPoolId, newClient, update, described } = await openClientStage());
});
after(() => api.stores.close());

const given = (client: object) =>
  Object.fromEntries(Object.entries(client).filter(([, value]) => value !== undefined));

test('HUI-14 USR-243 refresh tokens last 30 days, and may be set to 1 to 3650', async () => {
  assert.equal((await newClient()).RefreshTokenValidity, 30);
  assert.equal((await newClient({ RefreshTokenValidity: 0 })).RefreshTokenValidity, 30);
  for (const RefreshTokenValidity of [1, 3650])
    assert.equal((await newClient({ RefreshTokenValidity })).RefreshTokenValidity, RefreshTokenValidity);
  for (const RefreshTokenValidity of [-1, 3651])
    await refusal(newClient({ RefreshTokenValidity }), 'InvalidParameterException');
});

test('lifetimes are counted in their units: access and ID tokens 5 minutes to a day, refresh tokens from an hour', async () => {
  const fits: object[] = [
    { AccessTokenValidity: 300, TokenValidityUnits: { AccessToken: 'seconds' } },
    { IdTokenValidity: 1, TokenValidityUnits: { IdToken: 'days' } },
    { AccessTokenValidity: 24 },
    { RefreshTokenValidity: 60, TokenValidityUnits: { RefreshToken: 'minutes' } },
    { RefreshTokenValidity: 0, TokenValidityUnits: { RefreshToken: 'seconds' } },
  ];
  const not: object[] = [
    { AccessTokenValidity: 299, TokenValidityUnits: { AccessToken: 'seconds' } },
    { IdTokenValidity: 2, TokenValidityUnits: { IdToken: 'days' } },
    { AccessTokenValidity: 25 },
    { RefreshTokenValidity: 59, TokenValidityUnits: { RefreshToken: 'minutes' } },
    { RefreshTokenValidity: 87601, TokenValidityUnits: { RefreshToken: 'hours' } },
  ];
  for (const lifetimes of fits) assert.ok(await newClient(lifetimes));
  for (const lifetimes of not)
    await refusal(newClient(lifetimes), 'InvalidParameterException', 'Invalid range for token validity.');
});

test('HUI-15 USR-215 a client has no lists, and remembers the custom attributes of its first day', async () => {
  const { ClientId, ...client } = await newClient({ ReadAttributes: [], WriteAttributes: [] });
  assert.deepEqual([client.ReadAttributes, client.WriteAttributes], [undefined, undefined]);
  const own = { UserPoolId, CustomAttributes: [{ Name: 'later', AttributeDataType: 'String' }] };
  await api.call('AddCustomAttributes', own);
  await update(ClientId);
  const directory = api.service.directory.forPool(UserPoolId);
  const stored = await findClient({ id: UserPoolId, directory, vault: api.service.vault }, ClientId);
  assert.deepEqual(stored?.settings.defaultAttributes, ['custom:plan', 'dev:custom:badge']);
});

test('HUI-16 USR-212 USR-213 a list to write has what is required and nothing that is the pool’s own', async () => {
  const text = 'Invalid write attributes specified while creating a client';
  const refused = [
    ['nickname'],
    ['email', 'sub'],
    ['email', 'email_verified'],
    ['email', 'phone_number_verified'],
    ['email', 'custom:nothing'],
    ['email', 'dev:custom:badge'],
    ['email', 'constructor'],
  ];
  for (const WriteAttributes of refused)
    await refusal(newClient({ WriteAttributes }), 'InvalidParameterException', text);
  const { ClientId } = await newClient({ WriteAttributes: ['email', 'custom:plan'] });
  await refusal(
    update(ClientId, { WriteAttributes: ['nickname'] }),
    'InvalidParameterException',
    'Invalid write attributes specified while updating a client',
  );
  await refusal(
    newClient({ ReadAttributes: ['email', 'nothing'] }),
    'InvalidParameterException',
    'Invalid read attributes specified while creating a client',
  );
});

test('HUI-30 USR-244 an update returns what it leaves out to its default', async () => {
  const { ClientId } = await newClient({
    ...CODE,
    RefreshTokenValidity: 5,
    AccessTokenValidity: 10,
    TokenValidityUnits: { AccessToken: 'minutes' },
    ReadAttributes: ['email'],
    WriteAttributes: ['email'],
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
    SupportedIdentityProviders: ['COGNITO'],
    LogoutURLs: ['https://app.test/out'],
    PreventUserExistenceErrors: 'ENABLED',
    EnableTokenRevocation: false,
    AuthSessionValidity: 15,
    RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 10 },
  });
  await update(ClientId);
  const { CreationDate, LastModifiedDate, ...client } = given(await described(ClientId));
  assert.deepEqual(client, {
    UserPoolId,
    ClientId,
    ClientName: 'app',
    RefreshTokenValidity: 30,
    AllowedOAuthFlowsUserPoolClient: false,
    PreventUserExistenceErrors: 'LEGACY',
    EnableTokenRevocation: true,
    EnablePropagateAdditionalUserContextData: false,
    AuthSessionValidity: 3,
  });
});

test('HUI-31 USR-247 a description holds every setting and both dates', async () => {
  const settings = {
    ...CODE,
    ClientName: 'Every setting',
    DefaultRedirectURI: CODE.CallbackURLs[0],
    LogoutURLs: ['https://app.test/out'],
    RefreshTokenValidity: 10,
    AccessTokenValidity: 30,
    IdTokenValidity: 2,
    TokenValidityUnits: { AccessToken: 'minutes', IdToken: 'hours', RefreshToken: 'days' },
    ReadAttributes: ['email', 'custom:plan'],
    WriteAttributes: ['email'],
    ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    SupportedIdentityProviders: ['COGNITO'],
    PreventUserExistenceErrors: 'ENABLED',
    EnableTokenRevocation: false,
    EnablePropagateAdditionalUserContextData: false,
    AuthSessionValidity: 10,
    AnalyticsConfiguration: { ApplicationId: '0123456789abcdef0123456789abcdef', UserDataShared: false },
    RefreshTokenRotation: { Feature: 'DISABLED', RetryGracePeriodSeconds: 0 },
  };
  const { ClientId } = await newClient(settings);
  api.clock.at += 1234;
  await update(ClientId, settings);
  const { CreationDate, LastModifiedDate, ...client } = given(await described(ClientId));
  assert.deepEqual(client, { ...settings, UserPoolId, ClientId });
  assert.equal((LastModifiedDate as Date).getTime() - (CreationDate as Date).getTime(), 1234);
});

test('SEC-28 SEC-29 SEC-46 sign-in flows: one generation of values, and rotation in place of the refresh flow', async () => {
  await refusal(
    newClient({ ExplicitAuthFlows: ['ADMIN_NO_SRP_AUTH', 'ALLOW_USER_SRP_AUTH'] }),
    'InvalidParameterException',
    /cannot mix/,
  );
  await refusal(
    newClient({
      ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
      RefreshTokenRotation: { Feature: 'ENABLED' },
    }),
    'InvalidParameterException',
    /rotation/,
  );
  await refusal(
    newClient({ ExplicitAuthFlows: ['ADMIN_NO_SRP_AUTHENTICATION'] }),
    'InvalidParameterException',
  );
  for (const AuthSessionValidity of [2, 16])
    await refusal(newClient({ AuthSessionValidity }), 'InvalidParameterException');
});
