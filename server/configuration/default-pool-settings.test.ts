import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../errors.ts';
import {
  changedPoolSettings,
  type GivenNewSettings,
  type GivenSettings,
  newPoolSettings,
} from './default-pool-settings.ts';

const refuses = (given: GivenNewSettings, message: string | RegExp) =>
  assert.throws(
    () => newPoolSettings(given),
    (error) => {
      assert.ok(error instanceof Refusal && error.code === 'InvalidParameterException', String(error));
      if (typeof message === 'string') assert.equal(error.message, message);
      else assert.match(error.message, message);
      return true;
    },
  );

test('USR-229 texts that nobody gave are the documented ones', () => {
  const { settings } = newPoolSettings({});
  const { VerificationMessageTemplate, AdminCreateUserConfig, SmsAuthenticationMessage } = settings;
  assert.deepEqual(VerificationMessageTemplate, {
    SmsMessage: 'Your verification code is {####}.',
    EmailMessage: 'Your verification code is {####}.',
    EmailSubject: 'Your verification code',
    EmailMessageByLink: 'Please click the link below to verify your email address. {##Verify Email##}',
    EmailSubjectByLink: 'Your verification link',
    DefaultEmailOption: 'CONFIRM_WITH_CODE',
  });
  assert.deepEqual(AdminCreateUserConfig.InviteMessageTemplate, {
    SMSMessage: 'Your username is {username} and temporary password is {####}.',
    EmailMessage: 'Your username is {username} and temporary password is {####}.',
    EmailSubject: 'Your temporary password',
  });
  assert.equal(SmsAuthenticationMessage, 'Your authentication code is {####}.');
});

const templates = {
  SmsMessage: (text: string) => ({ VerificationMessageTemplate: { SmsMessage: text } }),
  EmailMessage: (text: string) => ({ VerificationMessageTemplate: { EmailMessage: text } }),
  EmailMessageByLink: (text: string) => ({ VerificationMessageTemplate: { EmailMessageByLink: text } }),
  SmsVerificationMessage: (text: string) => ({ SmsVerificationMessage: text }),
  EmailVerificationMessage: (text: string) => ({ EmailVerificationMessage: text }),
  SmsAuthenticationMessage: (text: string) => ({ SmsAuthenticationMessage: text }),
  InviteSms: (SMSMessage: string) => ({ AdminCreateUserConfig: { InviteMessageTemplate: { SMSMessage } } }),
  InviteEmail: (EmailMessage: string) => ({
    AdminCreateUserConfig: { InviteMessageTemplate: { EmailMessage } },
  }),
} satisfies Record<string, (text: string) => GivenSettings>;

test('USR-224 a text without its placeholder is refused', () => {
  for (const [name, given] of Object.entries(templates)) {
    const lacks =
      name === 'EmailMessageByLink'
        ? ['click here', '{####}', '{##}', '##} then {##']
        : name.startsWith('Invite')
          ? ['Hello {####}', 'Hello {username}', 'Hello {#####} {username}']
          : ['Your code', '{#####}', '{###}', '{username}'];
    for (const text of lacks) refuses(given(`${text} and more`), /must contain/);
    assert.ok(newPoolSettings(given('{username} {####} {##link##}')), name);
  }
});

test('USR-225 SMS texts and subjects end at 140 characters, bodies of mail at 20,000', () => {
  const filled = (length: number) => '{username} {####} {##link##}'.padEnd(length, 'x');
  for (const [name, given] of Object.entries(templates)) {
    const most = name.includes('Email') ? 20_000 : 140;
    assert.ok(newPoolSettings(given(filled(most))), name);
    refuses(given(filled(most + 1)), new RegExp(`6 to ${most} characters`));
  }
  const subjects = (text: string): GivenNewSettings[] => [
    { EmailVerificationSubject: text },
    { VerificationMessageTemplate: { EmailSubjectByLink: text } },
    { AdminCreateUserConfig: { InviteMessageTemplate: { EmailSubject: text } } },
  ];
  for (const given of subjects('x'.repeat(140))) assert.ok(newPoolSettings(given));
  for (const given of subjects('x'.repeat(141))) refuses(given, /1 to 140 characters/);
  for (const given of subjects('a\r\nBcc: x@y.z')) refuses(given, /one line/);
});

test('USR-230 the older and the newer name of a text are one, and may not disagree', () => {
  const pairs = [
    ['SmsVerificationMessage', 'SmsMessage'],
    ['EmailVerificationMessage', 'EmailMessage'],
    ['EmailVerificationSubject', 'EmailSubject'],
  ] as const;
  for (const [older, newer] of pairs) {
    const text = 'It is {####} now';
    const stored = (given: GivenNewSettings) =>
      newPoolSettings(given).settings.VerificationMessageTemplate[newer];
    assert.equal(stored({ [older]: text }), text);
    assert.equal(stored({ [older]: text, VerificationMessageTemplate: { [newer]: text } }), text);
    refuses({ [older]: text, VerificationMessageTemplate: { [newer]: `${text}!` } }, /must be the same/);
  }
});

test('what nobody gave is remembered as such, through updates too', () => {
  const first = newPoolSettings({ EmailVerificationSubject: 'Hello' });
  assert.ok(first.defaulted.includes('UsernameConfiguration'));
  assert.ok(first.defaulted.includes('VerificationMessageTemplate.EmailMessage'));
  assert.ok(!first.defaulted.includes('VerificationMessageTemplate.EmailSubject'));
  const second = changedPoolSettings(first, { SmsAuthenticationMessage: 'It is {####}' });
  assert.ok(second.defaulted.includes('UsernameConfiguration'));
  assert.ok(second.defaulted.includes('VerificationMessageTemplate.EmailSubject'));
  assert.ok(!second.defaulted.includes('SmsAuthenticationMessage'));
  const cased = newPoolSettings({ UsernameConfiguration: { CaseSensitive: true } });
  assert.ok(!changedPoolSettings(cased, {}).defaulted.includes('UsernameConfiguration'));
});

test('how SMS is sent is kept whole, for one service or the other, and without a caller it is nothing', () => {
  const sms = (SmsConfiguration: object) => newPoolSettings({ SmsConfiguration }).settings.SmsConfiguration;
  const sns = { SnsCallerArn: 'arn:aws:iam::000000000000:role/sms', ExternalId: 'x', SnsRegion: 'eu-west-1' };
  const eums = {
    EumsSms: { CallerArn: 'arn:aws:iam::000000000000:role/sms', OriginationIdentity: '+12065550100' },
  };
  assert.deepEqual(sms(sns), sns);
  assert.deepEqual(sms(eums), eums);
  assert.equal(sms({ ExternalId: 'x' }), undefined);
  refuses({ SmsConfiguration: { ...sns, ...eums } }, /^Only one of SnsCallerArn and EumsSms/);
});

test('how many earlier passwords are remembered is kept, and left out where it asks for nothing', () => {
  const policy = (PasswordHistorySize?: number) =>
    newPoolSettings({ Policies: { PasswordPolicy: { PasswordHistorySize } } }).settings.Policies
      .PasswordPolicy;
  assert.equal(policy(24).PasswordHistorySize, 24);
  assert.ok(!('PasswordHistorySize' in policy(0)));
  assert.ok(!('PasswordHistorySize' in policy()));
});

test('how long an invitation lasts may be said under either name, and under both alike', () => {
  const days = (temporary?: number, unused?: number) => {
    const { settings } = newPoolSettings({
      Policies: { PasswordPolicy: { TemporaryPasswordValidityDays: temporary } },
      AdminCreateUserConfig: { UnusedAccountValidityDays: unused },
    });
    return [
      settings.Policies.PasswordPolicy.TemporaryPasswordValidityDays,
      settings.AdminCreateUserConfig.UnusedAccountValidityDays,
    ];
  };
  assert.deepEqual(days(), [7, 7]);
  assert.deepEqual(days(3), [3, 3]);
  assert.deepEqual(days(undefined, 3), [3, 3]);
  assert.deepEqual(days(0), [0, 7]);
  assert.deepEqual(days(0, 7), [0, 7]);
  assert.throws(() => days(3, 4), /Please use TemporaryPasswordValidityDays/);
});

test('USR-159 the sender of mail: an address, one line, and a source for one’s own provider', () => {
  const From = (value: string) => ({ EmailConfiguration: { From: value } });
  for (const value of ['a@b.c', 'Acme <no-reply@acme.test>', 'Ärger & Co. <a@b.c>'])
    assert.ok(newPoolSettings(From(value)), value);
  for (const value of [
    '',
    'Acme',
    'a@b.c, d@e.f',
    'Acme <a@b.c> <d@e.f>',
    'Acme\r\nBcc: x@y.z <a@b.c>',
    'a@b.c\n',
  ])
    refuses(From(value), /^From must have the form/);
  refuses({ EmailConfiguration: { ReplyToEmailAddress: 'a@b.c,d@e.f' } }, /one e-mail address/);
  refuses({ EmailConfiguration: { EmailSendingAccount: 'DEVELOPER' } }, /SourceArn is required/);
  const SourceArn = 'arn:aws:ses:eu-central-1:123456789012:identity/a@b.c';
  assert.ok(newPoolSettings({ EmailConfiguration: { EmailSendingAccount: 'DEVELOPER', SourceArn } }));
});

test('ways to recover an account differ in name and priority, and admin_only stands alone', () => {
  const ways = (...names: ('verified_email' | 'verified_phone_number' | 'admin_only')[]) => ({
    AccountRecoverySetting: {
      RecoveryMechanisms: names.map((Name, index) => ({ Name, Priority: index + 1 })),
    },
  });
  assert.ok(newPoolSettings(ways('verified_phone_number', 'verified_email')));
  assert.ok(newPoolSettings(ways('admin_only')));
  refuses(ways('verified_email', 'verified_email'), /different names/);
  refuses(ways('verified_email', 'admin_only'), /admin_only cannot be combined/);
  const same = ways('verified_email', 'verified_phone_number').AccountRecoverySetting.RecoveryMechanisms;
  const alike = same.map((way) => ({ ...way, Priority: 1 }));
  refuses({ AccountRecoverySetting: { RecoveryMechanisms: alike } }, /different priorities/);
});

test('verification before an update is for contacts that are verified at all', () => {
  const before = { AttributesRequireVerificationBeforeUpdate: ['email' as const] };
  refuses({ UserAttributeUpdateSettings: before }, /AutoVerifiedAttributes/);
  assert.ok(newPoolSettings({ UserAttributeUpdateSettings: before, AutoVerifiedAttributes: ['email'] }));
});
