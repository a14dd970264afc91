/** Settings of pools. Operations called in process; real clients are in e2e. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newService } from '../testing/new-service.ts';
import { refusal } from '../testing/refusal.ts';

const api = await newService();

const newPool = async (more: object = {}) =>
  (await api.call('CreateUserPool', { PoolName: 'Acme', ...more })).UserPool;
const described = async (UserPoolId: string) => (await api.call('DescribeUserPool', { UserPoolId })).UserPool;

test('a new pool has an id of its region, an ARN, and the defaults of the service', async () => {
  const pool = await newPool();
  assert.match(pool.Id, /^eu-central-1_[0-9A-Za-z]{9}$/);
  assert.equal(pool.Arn, `arn:aws:cognito-idp:eu-central-1:123456789012:userpool/${pool.Id}`);
  assert.deepEqual(await described(pool.Id), pool);
  assert.deepEqual(
    [
      pool.MfaConfiguration,
      pool.DeletionProtection,
      pool.UserPoolTier,
      pool.EstimatedNumberOfUsers,
      pool.Name,
    ],
    ['OFF', 'INACTIVE', 'ESSENTIALS', 0, 'Acme'],
  );
  assert.deepEqual(pool.EmailConfiguration, { EmailSendingAccount: 'COGNITO_DEFAULT' });
  assert.deepEqual(pool.CreationDate, new Date(api.clock.at));
});

test('what nobody set is not shown, so that tools see no drift', async () => {
  const shown = Object.entries(await newPool()).filter(([, value]) => value !== undefined);
  assert.deepEqual(shown.map(([name]) => name).toSorted(), [
    'AdminCreateUserConfig',
    'Arn',
    'CreationDate',
    'DeletionProtection',
    'EmailConfiguration',
    'EstimatedNumberOfUsers',
    'Id',
    'LambdaConfig',
    'LastModifiedDate',
    'MfaConfiguration',
    'Name',
    'Policies',
    'SchemaAttributes',
    'UserPoolTags',
    'UserPoolTier',
    'VerificationMessageTemplate',
  ]);
  const text = 'Your verification code is {####}.';
  const explicit = await newPool({
    SmsAuthenticationMessage: 'Your authentication code is {####}.',
    EmailVerificationMessage: text,
    UsernameConfiguration: { CaseSensitive: true },
  });
  assert.equal(explicit.SmsAuthenticationMessage, 'Your authentication code is {####}.');
  assert.equal(explicit.EmailVerificationMessage, text);
  assert.deepEqual(explicit.UsernameConfiguration, { CaseSensitive: true });
});

test('USR-162 names of 1 to 128 letters, digits, spaces and _+=,.@- are accepted, others not', async () => {
  for (const PoolName of ['a', 'x'.repeat(128), 'Pool_1 +=,.@-'])
    assert.equal((await newPool({ PoolName })).Name, PoolName);
  for (const PoolName of ['', 'x'.repeat(129), 'a|b', 'pool!', 'pöol'])
    await refusal(
      newPool({ PoolName }),
      'InvalidParameterException',
      /'poolName' failed to satisfy constraint/,
    );
});

test('USR-163 an update returns what it leaves out to its default', async () => {
  const { Id: UserPoolId } = await newPool({
    Policies: { PasswordPolicy: { MinimumLength: 12, RequireSymbols: true } },
    DeletionProtection: 'ACTIVE',
    AutoVerifiedAttributes: ['email'],
    EmailVerificationSubject: 'Hello',
    AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
    UserPoolTags: { Stage: 'test' },
  });
  await api.call('UpdateUserPool', { UserPoolId, AutoVerifiedAttributes: ['phone_number'] });
  const pool = await described(UserPoolId);
  assert.deepEqual(pool.Policies.PasswordPolicy, {
    MinimumLength: 8,
    RequireUppercase: true,
    RequireLowercase: true,
    RequireNumbers: true,
    RequireSymbols: true,
    TemporaryPasswordValidityDays: 7,
  });
  assert.deepEqual(
    [
      pool.DeletionProtection,
      pool.EmailVerificationSubject,
      pool.AdminCreateUserConfig.AllowAdminCreateUserOnly,
    ],
    ['INACTIVE', undefined, false],
  );
  assert.deepEqual(pool.AutoVerifiedAttributes, ['phone_number']);
  assert.deepEqual([pool.Name, pool.UserPoolTags], ['Acme', { Stage: 'test' }]);
});

test('USR-163 nothing that may be set survives an update that leaves it out, but the name and the tags', async () => {
  const everything = {
    Policies: {
      PasswordPolicy: { MinimumLength: 12, PasswordHistorySize: 3, TemporaryPasswordValidityDays: 3 },
      SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD'] },
    },
    DeletionProtection: 'ACTIVE',
    AutoVerifiedAttributes: ['email', 'phone_number'],
    VerificationMessageTemplate: {
      DefaultEmailOption: 'CONFIRM_WITH_LINK',
      EmailMessageByLink: 'Go {##there##}',
      EmailSubjectByLink: 'There',
    },
    SmsVerificationMessage: 'It is {####}.',
    EmailVerificationMessage: 'It is {####}.',
    EmailVerificationSubject: 'It is',
    SmsAuthenticationMessage: 'It is {####}.',
    UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
    EmailConfiguration: {
      EmailSendingAccount: 'DEVELOPER',
      SourceArn: 'arn:aws:ses:eu-central-1:123456789012:identity/a@example.com',
      From: 'a@example.com',
      ReplyToEmailAddress: 'b@example.com',
      ConfigurationSet: 'set',
    },
    SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms', ExternalId: 'x' },
    AdminCreateUserConfig: {
      AllowAdminCreateUserOnly: true,
      InviteMessageTemplate: {
        SMSMessage: '{username} has {####}',
        EmailMessage: '{username} has {####}',
        EmailSubject: 'Come in',
      },
    },
    AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'admin_only', Priority: 1 }] },
    UserPoolAddOns: { AdvancedSecurityMode: 'OFF' },
    UserPoolTier: 'PLUS',
  };
  const apart = ({
    Id: _,
    Arn: __,
    CreationDate: ___,
    LastModifiedDate: ____,
    ...pool
  }: object & {
    [name: string]: unknown;
  }) => pool;
  const UserPoolTags = { Stage: 'test' };
  const bare = await newPool({ UserPoolTags });
  const { Id: UserPoolId } = await newPool({ ...everything, UserPoolTags });
  const before = apart(await described(UserPoolId));
  for (const [name, value] of Object.entries(apart(bare)))
    if (name in everything) assert.notDeepEqual(before[name], value, `${name} was not set`);
  await api.call('UpdateUserPool', { UserPoolId });
  assert.deepEqual(apart(await described(UserPoolId)), apart(await described(bare.Id)));
});

test('USR-164 an update cannot change aliases, username attributes, case or the schema', async () => {
  const fixed = {
    AliasAttributes: ['email'],
    UsernameConfiguration: { CaseSensitive: false },
    Schema: [{ Name: 'email', Required: true, Mutable: true }],
  };
  const { Id: UserPoolId, SchemaAttributes } = await newPool(fixed);
  await api.call('UpdateUserPool', {
    UserPoolId,
    AliasAttributes: ['phone_number'],
    UsernameAttributes: ['email'],
    UsernameConfiguration: { CaseSensitive: true },
    Schema: [{ Name: 'email', Required: false }],
  });
  const pool = await described(UserPoolId);
  assert.deepEqual(pool.AliasAttributes, ['email']);
  assert.equal(pool.UsernameAttributes, undefined);
  assert.deepEqual(pool.UsernameConfiguration, { CaseSensitive: false });
  assert.deepEqual(pool.SchemaAttributes, SchemaAttributes);
});

test('USR-168 the schema shows sub, birthdate, the verified flags and updated_at as they are', async () => {
  const { SchemaAttributes } = await newPool();
  // biome-ignore lint/suspicious/noExplicitAny: the answer as JSON.
  const named = Object.fromEntries(SchemaAttributes.map((attribute: any) => [attribute.Name, attribute]));
  assert.equal(SchemaAttributes.length, 20);
  assert.deepEqual([named.sub.Required, named.sub.Mutable], [true, false]);
  assert.deepEqual(named.birthdate.StringAttributeConstraints, { MinLength: '10', MaxLength: '10' });
  assert.equal(named.email_verified.AttributeDataType, 'Boolean');
  assert.equal(named.phone_number_verified.AttributeDataType, 'Boolean');
  assert.equal(named.updated_at.AttributeDataType, 'Number');
  assert.ok(named.zoneinfo && !named.timezone);
});

test('USR-188 USR-189 USR-190 names to sign in with that cannot go together are refused', async () => {
  const invalid = 'InvalidParameterException';
  await refusal(
    newPool({
      AliasAttributes: ['preferred_username'],
      Schema: [{ Name: 'preferred_username', Required: true, Mutable: true }],
    }),
    invalid,
    /preferred_username/,
  );
  await refusal(newPool({ AliasAttributes: ['address'] }), invalid, /aliasAttributes.*enum value set/);
  await refusal(
    newPool({ AliasAttributes: ['email'], UsernameAttributes: ['phone_number'] }),
    invalid,
    'Only one of aliasAttributes or usernameAttributes can be set in a user pool.',
  );
});

test('USR-202 custom attributes are added all or none, and a name once', async () => {
  const { Id: UserPoolId } = await newPool({ Schema: [{ Name: 'plan', AttributeDataType: 'String' }] });
  const names = async () =>
    (await described(UserPoolId)).SchemaAttributes.map(({ Name }: { Name: string }) => Name).filter(
      (name: string) => name.includes(':'),
    );
  await api.call('AddCustomAttributes', {
    UserPoolId,
    CustomAttributes: [{ Name: 'size', AttributeDataType: 'Number' }],
  });
  assert.deepEqual(await names(), ['custom:plan', 'custom:size']);
  await refusal(
    api.call('AddCustomAttributes', {
      UserPoolId,
      CustomAttributes: [
        { Name: 'new', AttributeDataType: 'String' },
        { Name: 'size', AttributeDataType: 'String' },
      ],
    }),
    'InvalidParameterException',
    'custom:size: Existing attribute already has name custom:size.',
  );
  assert.deepEqual(await names(), ['custom:plan', 'custom:size']);
});

test('USR-217 USR-218 the default policy is strong; minimum lengths of 6 to 99 are accepted', async () => {
  const { Policies } = await newPool();
  assert.deepEqual(Policies.PasswordPolicy, {
    MinimumLength: 8,
    RequireUppercase: true,
    RequireLowercase: true,
    RequireNumbers: true,
    RequireSymbols: true,
    TemporaryPasswordValidityDays: 7,
  });
  for (const MinimumLength of [6, 99])
    assert.equal(
      (await newPool({ Policies: { PasswordPolicy: { MinimumLength } } })).Policies.PasswordPolicy
        .MinimumLength,
      MinimumLength,
    );
  for (const MinimumLength of [5, 100])
    await refusal(
      newPool({ Policies: { PasswordPolicy: { MinimumLength } } }),
      'InvalidParameterException',
      /'policies.passwordPolicy.minimumLength'/,
    );
});

test('a policy that is given in part requires nothing else', async () => {
  const { Policies } = await newPool({ Policies: { PasswordPolicy: { RequireNumbers: true } } });
  assert.deepEqual(Policies.PasswordPolicy, {
    MinimumLength: 8,
    RequireUppercase: false,
    RequireLowercase: false,
    RequireNumbers: true,
    RequireSymbols: false,
    TemporaryPasswordValidityDays: 7,
  });
});

test('USR-230 a text is shown under both of its names, whichever it was given', async () => {
  const texts = {
    SmsVerificationMessage: 'SMS {####}',
    EmailVerificationMessage: 'Mail {####}',
    EmailVerificationSubject: 'S',
  };
  const VerificationMessageTemplate = {
    SmsMessage: 'SMS {####}',
    EmailMessage: 'Mail {####}',
    EmailSubject: 'S',
  };
  for (const given of [texts, { VerificationMessageTemplate }]) {
    const pool = await newPool(given);
    for (const [name, text] of Object.entries(texts)) assert.equal(pool[name], text);
    const DefaultEmailOption = 'CONFIRM_WITH_CODE';
    assert.deepEqual(pool.VerificationMessageTemplate, {
      ...VerificationMessageTemplate,
      DefaultEmailOption,
    });
  }
});
