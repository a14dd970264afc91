/**
 * A pool on stores in memory for tests of rules, with a mailbox that can be read. Its passwords are hashed as in
 * production. Settings are those of a pool that an administrator made without saying anything, but for what a test
 * changes; the schema is the standard one.
 */
import { pino } from 'pino';
import type { ClientSettings, PoolSettings, SchemaAttribute } from '#adapters/directory/records.ts';
import { type Outbox, openOutbox, type SentMail } from '#adapters/mail/outbox.ts';
import type { MailSender } from '#adapters/mail/sender.ts';
import { openStores } from '#adapters/open.ts';
import { openSmsOutbox, type SentSms } from '#adapters/sms/outbox.ts';
import type { SmsSender } from '#adapters/sms/sender.ts';
import type { Client, PasswordHasher, Pool } from '../../pool.ts';
import { openVault } from '../../vault.ts';
import { openPasswordHasher } from '../password.ts';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export interface TestPool extends Pool {
  /** Milliseconds since the epoch; move it to move the time. */
  clock: { now(): number; at: number };
  outbox: Outbox;
  /** How many passwords were hashed or compared. */
  hashes(): number;
  /** The newest mail, and the six digits in it. */
  lastMail(): SentMail;
  lastCode(): string;
  /** The newest text message. */
  lastSms(): SentSms;
  close(): Promise<void>;
}

const vault = openVault('a master secret for tests only, 0123456789');
const hasher = openPasswordHasher({ kind: 'argon2id', pepper: vault.derive('password') });

export async function openTestPool(
  change: Partial<PoolSettings> = {},
  { mail, sms, id = 'eu-central-1_Test00001' }: { mail?: MailSender; sms?: SmsSender; id?: string } = {},
): Promise<TestPool> {
  const clock = { at: Date.parse('2026-11-05T10:00:00Z'), now: () => clock.at };
  const stores = await openStores({ dataFolder: ':memory:', clock });
  const outbox = openOutbox(clock);
  const smsOutbox = openSmsOutbox(clock);
  let hashes = 0;
  const count = <T>(work: T): T => {
    hashes++;
    return work;
  };
  const counted: PasswordHasher = {
    hash: (password) => count(hasher.hash(password)),
    verify: (password, hash) => count(hasher.verify(password, hash)),
    pretend: (password) => count(hasher.pretend(password)),
  };
  const lastMail = () => {
    const [newest] = outbox.sent();
    if (!newest) throw new Error('no mail was sent');
    return newest;
  };
  return {
    id,
    name: 'people',
    issuer: `http://localhost:9400/${id}`,
    hostedUrl: 'http://localhost:9400/people',
    settings: { ...SETTINGS, ...change },
    tags: {},
    resourceServers: [],
    accounts: stores.accounts.forPool(id),
    sessions: stores.sessions.forPool(id),
    directory: stores.directory.forPool(id),
    get keys(): never {
      throw new Error('rules about people sign nothing');
    },
    mail: mail ?? outbox,
    mailFrom: 'Foyer <no-reply@localhost>',
    sms: sms ?? smsOutbox,
    passwords: counted,
    vault,
    clock,
    log: pino({ level: 'silent' }),
    outbox,
    hashes: () => hashes,
    lastMail,
    lastCode() {
      const [code] = /\b\d{6}\b/.exec(lastMail().text) ?? [];
      if (!code) throw new Error('the last mail holds no code');
      return code;
    },
    lastSms() {
      const [newest] = smsOutbox.sent();
      if (!newest) throw new Error('no text message was sent');
      return newest;
    },
    close: () => stores.close(),
  };
}

export function testClient(change: Partial<ClientSettings> = {}): Client {
  return {
    id: '7testclient0000000000000ab',
    poolId: 'eu-central-1_Test00001',
    settings: { ...CLIENT, ...change },
  };
}

export function attribute(Name: string, change: Partial<SchemaAttribute> = {}): SchemaAttribute {
  return {
    Name,
    AttributeDataType: 'String',
    DeveloperOnlyAttribute: false,
    Mutable: true,
    Required: false,
    StringAttributeConstraints: { MinLength: '0', MaxLength: '2048' },
    ...change,
  };
}

/** The standard schema, with attributes in place of those of the same name, or added. */
export function schema(...changed: SchemaAttribute[]): SchemaAttribute[] {
  const names = new Set(changed.map(({ Name }) => Name));
  return [...STANDARD.filter(({ Name }) => !names.has(Name)), ...changed];
}

const STANDARD: SchemaAttribute[] = [
  attribute('sub', {
    Mutable: false,
    Required: true,
    StringAttributeConstraints: { MinLength: '1', MaxLength: '2048' },
  }),
  ...['address', 'email', 'family_name', 'gender', 'given_name', 'locale', 'middle_name', 'name'].map(
    (name) => attribute(name),
  ),
  ...['nickname', 'phone_number', 'picture', 'preferred_username', 'profile', 'website', 'zoneinfo'].map(
    (name) => attribute(name),
  ),
  attribute('birthdate', { StringAttributeConstraints: { MinLength: '10', MaxLength: '10' } }),
  attribute('email_verified', { AttributeDataType: 'Boolean', StringAttributeConstraints: undefined }),
  attribute('phone_number_verified', { AttributeDataType: 'Boolean', StringAttributeConstraints: undefined }),
  attribute('updated_at', {
    AttributeDataType: 'Number',
    StringAttributeConstraints: undefined,
    NumberAttributeConstraints: { MinValue: '0' },
  }),
];

const SETTINGS: PoolSettings = {
  Policies: {
    PasswordPolicy: {
      MinimumLength: 8,
      RequireUppercase: true,
      RequireLowercase: true,
      RequireNumbers: true,
      RequireSymbols: true,
      TemporaryPasswordValidityDays: 7,
    },
  },
  DeletionProtection: 'INACTIVE',
  LambdaConfig: {},
  SchemaAttributes: STANDARD,
  AutoVerifiedAttributes: [],
  AliasAttributes: [],
  UsernameAttributes: [],
  UsernameConfiguration: { CaseSensitive: true },
  VerificationMessageTemplate: {
    SmsMessage: 'Your verification code is {####}.',
    EmailMessage: 'Your verification code is {####}.',
    EmailSubject: 'Your verification code',
    EmailMessageByLink: 'Please click the link below to verify your email address. {##Verify Email##}',
    EmailSubjectByLink: 'Your verification link',
    DefaultEmailOption: 'CONFIRM_WITH_CODE',
  },
  SmsAuthenticationMessage: 'Your authentication code is {####}.',
  UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: [] },
  MfaConfiguration: 'OFF',
  EmailConfiguration: { EmailSendingAccount: 'COGNITO_DEFAULT' },
  AdminCreateUserConfig: {
    AllowAdminCreateUserOnly: false,
    UnusedAccountValidityDays: 7,
    InviteMessageTemplate: {
      SMSMessage: 'Your username is {username} and temporary password is {####}.',
      EmailMessage: 'Your username is {username} and temporary password is {####}.',
      EmailSubject: 'Your temporary password',
    },
  },
  UserPoolTier: 'ESSENTIALS',
};

const CLIENT: ClientSettings = {
  ClientName: 'shop',
  RefreshTokenValidity: 30,
  defaultAttributes: [],
  ExplicitAuthFlows: [],
  SupportedIdentityProviders: ['COGNITO'],
  CallbackURLs: [],
  LogoutURLs: [],
  AllowedOAuthFlows: [],
  AllowedOAuthScopes: [],
  AllowedOAuthFlowsUserPoolClient: false,
  PreventUserExistenceErrors: 'LEGACY',
  EnableTokenRevocation: true,
  EnablePropagateAdditionalUserContextData: false,
  AuthSessionValidity: 3,
};
