/**
 * What people do with their own account while they are signed in, as their application does it for them: through the
 * AWS SDK without keys, with an access token. What a rule decides in detail is tested beside the rule. Long, but one
 * file: each starts a Foyer of its own, on both sets of stores.
 */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import {
  AddCustomAttributesCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminResetUserPasswordCommand,
  AdminUserGlobalSignOutCommand,
  GetUserCommand,
  ListUsersCommand,
  RevokeTokenCommand,
  UpdateUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { codeTo, openApplication, PASSWORD, record, refused } from './sdk-application.ts';
import { claims, everything, holder, refresh } from './sdk-person.ts';
import { type Foyer, startFoyer } from './start.ts';

const HOUR = 3_600_000;
const NEW = 'Another-Horse-8';

let foyer: Foyer;
before(async () => {
  foyer = await startFoyer();
});

test('USR-07 USR-08 USR-18 sign-in and tokens follow the state of the account', async () => {
  const app = await openApplication(foyer);
  const email = 'states@example.com';
  await app.signUp('maria', { email });
  await refused(app.signIn('maria'), 'UserNotConfirmedException', 'User is not confirmed.');
  await refused(app.signIn('maria', NEW), 'NotAuthorizedException');
  await app.confirm('maria', await codeTo(foyer, email));
  const { access } = await app.signIn('maria');
  const named = { UserPoolId: app.UserPoolId, Username: 'maria' };
  await app.administrator.send(new AdminResetUserPasswordCommand(named));
  const text = 'Password reset required for the user';
  for (const password of [PASSWORD, NEW])
    await refused(app.signIn('maria', password), 'PasswordResetRequiredException', text);
  for (const call of everything(app, access)) await refused(call(), 'PasswordResetRequiredException', text);
  await app.reset('maria', await codeTo(foyer, email), NEW);
  await app.signIn('maria', NEW);
});

test('USR-01 USR-208 USR-210 a person sees what the client may read and always their sub, an administrator all', async () => {
  const app = await openApplication(foyer);
  const { access, id } = await app.join('maria', 'reads@example.com', { nickname: 'Mimi' });
  const { Username, UserAttributes, $metadata, ...rest } = await app.sdk.send(
    new GetUserCommand({ AccessToken: access }),
  );
  assert.equal(Username, 'maria');
  assert.deepEqual(rest, {});
  const all = { email: 'reads@example.com', email_verified: 'true', nickname: 'Mimi' };
  const { sub, ...seen } = record(UserAttributes);
  assert.deepEqual(seen, all);
  assert.equal(sub, claims(id).sub);

  const narrow = await app.addClient({
    ReadAttributes: ['nickname'],
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
  });
  const there = await app.signIn('maria', PASSWORD, narrow.ClientId);
  assert.deepEqual(await holder(app, there.access).get(), { sub, nickname: 'Mimi' });
  assert.equal('email' in claims(there.id), false);

  const { UserPoolId, ClientId, administrator } = app;
  await administrator.send(
    new UpdateUserPoolClientCommand({ UserPoolId, ClientId, ReadAttributes: ['nickname'] }),
  );
  assert.deepEqual(record((await app.look('maria')).UserAttributes), { sub, ...all });
  const { Users } = await administrator.send(new ListUsersCommand({ UserPoolId }));
  assert.deepEqual(
    Users?.map(({ Attributes }) => record(Attributes)),
    [{ sub, ...all }],
  );
});

test('USR-209 USR-214 USR-216 permissions hold from the next call and the next token on', async () => {
  const app = await openApplication(foyer);
  const { access, refresh: token } = await app.join('maria', 'grants@example.com');
  const me = holder(app, access);
  const named = { UserPoolId: app.UserPoolId, ClientId: app.ClientId };
  await app.administrator.send(
    new AddCustomAttributesCommand({
      UserPoolId: app.UserPoolId,
      CustomAttributes: [{ Name: 'team', AttributeDataType: 'String', Mutable: true }],
    }),
  );
  const text = 'A client attempted to write unauthorized attribute';
  await refused(me.update({ 'custom:team': 'blue' }), 'NotAuthorizedException', text);
  const grant = async (...names: string[]) =>
    app.administrator.send(
      new UpdateUserPoolClientCommand({
        ...named,
        ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
        ReadAttributes: names,
        WriteAttributes: names,
      }),
    );
  const idToken = async () => claims((await refresh(app, token)).AuthenticationResult?.IdToken ?? '');
  await grant('email', 'custom:team');
  await me.update({ 'custom:team': 'blue' });
  assert.equal((await me.get())['custom:team'], 'blue');
  assert.equal((await idToken())['custom:team'], 'blue');
  await grant('email');
  assert.equal((await me.get())['custom:team'], undefined);
  assert.equal((await idToken())['custom:team'], undefined);
  await refused(me.update({ 'custom:team': 'red' }), 'NotAuthorizedException', text);
});

test('USR-47 USR-48 USR-50 USR-51 USR-53 a changed address is proven anew', async () => {
  const app = await openApplication(foyer);
  const { access } = await app.join('maria', 'old@example.com');
  const me = holder(app, access);
  const { CodeDeliveryDetailsList } = await me.update({ email: 'new@example.org', nickname: 'Mimi' });
  assert.deepEqual(CodeDeliveryDetailsList, [
    { Destination: 'n***@e***', DeliveryMedium: 'EMAIL', AttributeName: 'email' },
  ]);
  const { sub: _, ...seen } = await me.get();
  assert.deepEqual(seen, { email: 'new@example.org', email_verified: 'false', nickname: 'Mimi' });
  await refused(me.update({ email_verified: 'true' }), 'NotAuthorizedException');
  assert.deepEqual((await me.update({ email: 'new@example.org' })).CodeDeliveryDetailsList, []);

  const { CodeDeliveryDetails } = await me.ask('email');
  assert.deepEqual(CodeDeliveryDetails, CodeDeliveryDetailsList?.[0]);
  const code = await codeTo(foyer, 'new@example.org');
  const wrong = code === '000000' ? '000001' : '000000';
  await refused(me.verify('email', wrong), 'CodeMismatchException');
  await me.verify('email', code);
  assert.equal((await me.get()).email_verified, 'true');
  await refused(me.verify('email', code), 'ExpiredCodeException');
  await refused(me.ask('nickname'), 'InvalidParameterException');
  await refused(me.ask('phone_number'), 'InvalidParameterException');
});

test('USR-50 USR-51 a second contact is verified by text message after signing in', async () => {
  const app = await openApplication(foyer);
  const phone_number = '+12065550177';
  const { access } = await app.join('maria', 'second@example.com', { phone_number });
  const me = holder(app, access);
  assert.equal((await me.get()).phone_number_verified, 'false');
  const { CodeDeliveryDetails } = await me.ask('phone_number');
  assert.equal(CodeDeliveryDetails?.DeliveryMedium, 'SMS');
  await me.verify('phone_number', await codeTo(foyer, phone_number));
  assert.equal((await me.get()).phone_number_verified, 'true');
});

test('USR-55 where it must be verified first the old address signs in until the new one is proven', async () => {
  const app = await openApplication(foyer, {
    AliasAttributes: ['email'],
    UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
  });
  const { access } = await app.join('maria', 'stays@example.com');
  const me = holder(app, access);
  await me.update({ email: 'comes@example.com' });
  assert.equal((await me.get()).email, 'stays@example.com');
  await app.signIn('stays@example.com');
  await refused(app.signIn('comes@example.com'), 'UserNotFoundException');
  await me.verify('email', await codeTo(foyer, 'comes@example.com'));
  await app.signIn('comes@example.com');
  await refused(app.signIn('stays@example.com'), 'UserNotFoundException');
  assert.equal((await me.get()).email_verified, 'true');
});

test('USR-173 USR-174 attributes are removed by name or by an empty value, required ones never', async () => {
  const app = await openApplication(foyer, {
    Schema: [{ Name: 'nickname', AttributeDataType: 'String', Required: true, Mutable: true }],
  });
  const { access } = await app.join('maria', 'removes@example.com', { nickname: 'Mimi', locale: 'de' });
  const me = holder(app, access);
  await refused(me.remove('locale', 'nickname'), 'InvalidParameterException');
  assert.equal((await me.get()).locale, 'de');
  await me.remove('locale');
  await me.update({ email: '' });
  assert.deepEqual(Object.keys(await me.get()).sort(), ['nickname', 'sub']);
});

test('a password is changed by whoever knows it, and tokens stay good', async () => {
  const app = await openApplication(foyer);
  const { access } = await app.join('maria', 'changes@example.com');
  const me = holder(app, access);
  await refused(
    me.changePassword('Wrong-Horse-9', NEW),
    'NotAuthorizedException',
    'Incorrect username or password.',
  );
  await refused(me.changePassword(undefined, NEW), 'NotAuthorizedException');
  await refused(
    me.changePassword(PASSWORD, 'lowercase-1'),
    'InvalidPasswordException',
    'Password did not conform with policy: Password must have uppercase characters',
  );
  await me.changePassword(PASSWORD, NEW);
  await me.get();
  await app.signIn('maria', NEW);
  await refused(app.signIn('maria'), 'NotAuthorizedException');
});

test('SEC-266 SEC-267 SEC-268 HUI-203 HUI-204 signing out everywhere ends every token of that person, and of nobody else', async () => {
  const app = await openApplication(foyer);
  const here = await app.join('maria', 'signs-out@example.com');
  const there = await app.signIn('maria');
  const paul = await app.join('paul', 'stays-in@example.com');
  await holder(app, here.access).signOut();
  for (const { access } of [here, there])
    for (const call of everything(app, access))
      await refused(call(), 'NotAuthorizedException', 'Access Token has been revoked');
  for (const token of [here, there]) await refused(refresh(app, token.refresh), 'NotAuthorizedException');
  await holder(app, paul.access).get();
  await refresh(app, paul.refresh);
  const again = await app.signIn('maria');
  const named = { UserPoolId: app.UserPoolId, Username: 'maria' };
  await app.administrator.send(new AdminUserGlobalSignOutCommand(named));
  await refused(holder(app, again.access).get(), 'NotAuthorizedException', 'Access Token has been revoked');
  await refused(refresh(app, again.refresh), 'NotAuthorizedException');
  await holder(app, paul.access).get();
});

test('HUI-208 ATK-11 a refresh token is revoked by its client, and takes the sign-in with it', async () => {
  const app = await openApplication(foyer);
  const confidential = await app.addClient({ GenerateSecret: true });
  const off = await app.addClient({ EnableTokenRevocation: false });
  const tokens = await app.join('maria', 'revokes@example.com');
  const other = await app.signIn('maria');
  const revoke = (Token: string, ClientId = app.ClientId, ClientSecret?: string) =>
    app.sdk.send(new RevokeTokenCommand({ Token, ClientId, ClientSecret }));
  await refused(revoke(tokens.refresh, confidential.ClientId), 'UnauthorizedException');
  await refused(revoke(tokens.refresh, confidential.ClientId, 'x'.repeat(51)), 'UnauthorizedException');
  await refused(revoke(tokens.refresh, off.ClientId), 'UnsupportedOperationException');
  await refused(revoke(tokens.access), 'UnsupportedTokenTypeException');
  await revoke(tokens.refresh, confidential.ClientId, confidential.ClientSecret);
  await refresh(app, tokens.refresh);
  for (const token of ['nonsense', tokens.refresh, tokens.refresh]) await revoke(token);
  await refused(refresh(app, tokens.refresh), 'NotAuthorizedException');
  await refused(holder(app, tokens.access).get(), 'NotAuthorizedException', 'Access Token has been revoked');
  await refresh(app, other.refresh);
});

test('USR-09 ATK-19 who was disabled has no token and no sign-in, and is still listed', async () => {
  const app = await openApplication(foyer);
  const { access, refresh: token } = await app.join('maria', 'disabled@example.com');
  const named = { UserPoolId: app.UserPoolId, Username: 'maria' };
  await app.administrator.send(new AdminDisableUserCommand(named));
  for (const call of everything(app, access))
    await refused(call(), 'NotAuthorizedException', 'User is disabled.');
  await refused(refresh(app, token), 'NotAuthorizedException');
  await refused(app.signIn('maria'), 'NotAuthorizedException', 'User is disabled.');
  const { Users } = await app.administrator.send(new ListUsersCommand({ UserPoolId: app.UserPoolId }));
  assert.deepEqual(
    Users?.map(({ Username, Enabled }) => [Username, Enabled]),
    [['maria', false]],
  );
  await app.administrator.send(new AdminEnableUserCommand(named));
  await refused(holder(app, access).get(), 'NotAuthorizedException', 'Access Token has been revoked');
  await app.signIn('maria');
});

test('USR-03 USR-11 who leaves is gone, and the names are free', async () => {
  const app = await openApplication(foyer, { AliasAttributes: ['email'] });
  const email = 'leaves@example.com';
  const { access, refresh: token } = await app.join('maria', email);
  await holder(app, access).leave();
  for (const call of everything(app, access)) await refused(call(), 'NotAuthorizedException');
  await refused(refresh(app, token), 'NotAuthorizedException');
  await refused(app.look('maria'), 'UserNotFoundException');
  const again = await app.join('maria', email);
  assert.equal(claims((await app.signIn(email)).id).sub, claims(again.id).sub);
  await refused(holder(app, access).get(), 'NotAuthorizedException');
});

test('USR-52 an access token is good for its hour, in its pool, and as what it is', async () => {
  const app = await openApplication(foyer);
  const { access, id, refresh: token } = await app.join('maria', 'tokens@example.com');
  const [head = '', body = '', mark = ''] = access.split('.');
  const forged = Buffer.from(
    JSON.stringify({ ...claims(access), username: 'paul', sub: 'another' }),
  ).toString('base64url');
  const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.`;
  for (const bad of [id, token, `${head}.${forged}.${mark}`, unsigned, 'nonsense'])
    for (const call of everything(app, bad)) await refused(call(), 'NotAuthorizedException');
  await foyer.shiftClock(HOUR);
  for (const call of everything(app, access))
    await refused(call(), 'NotAuthorizedException', 'Access Token has expired');
  await foyer.shiftClock(-HOUR);
  await holder(app, access).get();
});

test('a second factor that no pool asks for is refused, and none is fine', async () => {
  const app = await openApplication(foyer);
  const { access } = await app.join('maria', 'factors@example.com');
  const me = holder(app, access);
  await me.settings([]);
  await refused(
    me.settings([{ DeliveryMedium: 'SMS', AttributeName: 'phone_number' }]),
    'InvalidParameterException',
  );
});
