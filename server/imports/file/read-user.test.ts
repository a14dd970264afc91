import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { PoolSettings } from '#adapters/directory/records.ts';
import { attribute, openTestPool, schema } from '../../accounts/testing/open-pool.ts';
import { Refusal } from '../../errors.ts';
import { columnsOf, PASSWORD_HASH } from './columns.ts';
import { readUser, type UserRules } from './read-user.ts';

const base = await openTestPool();
after(() => base.close());
const ID = '6b1f0f5e-0000-4000-8000-000000000001';
const HASH = `$2b$10$${'a'.repeat(53)}`;

const MIA = {
  'cognito:username': 'mia',
  'cognito:mfa_enabled': 'FALSE',
  email: 'mia@example.com',
  email_verified: 'TRUE',
};
type Row = Record<string, string>;

function read(row: Row, change: Partial<PoolSettings> = {}, hashing?: UserRules['hashing']) {
  const settings: PoolSettings = { ...base.settings, AutoVerifiedAttributes: ['email'], ...change };
  const columns = [...columnsOf(settings), ...(hashing ? [PASSWORD_HASH] : [])].reverse();
  for (const name of Object.keys(row)) assert.ok(columns.includes(name), name);
  return readUser(
    { settings, columns, hashing },
    columns.map((name) => row[name] ?? ''),
    ID,
  );
}
function refused(
  row: Row,
  message: RegExp,
  ...more: [change?: Partial<PoolSettings>, UserRules['hashing']?]
) {
  assert.throws(
    () => read(row, ...more),
    (error) => {
      assert.ok(error instanceof Refusal, String(error));
      assert.match(error.message, message);
      for (const value of Object.values(row))
        if (value.length > 5) assert.ok(!error.message.includes(value), 'the message repeats the row');
      return true;
    },
  );
}

test('USR-148 a row becomes an account that must choose a password, verified as the file says', () => {
  const row = { ...MIA, name: '', given_name: 'Mía', phone_number: '+34600000001', updated_at: '1570000000' };
  assert.deepEqual(read(row), {
    id: ID,
    username: 'mia',
    status: 'RESET_REQUIRED',
    attributes: {
      email: 'mia@example.com',
      email_verified: 'true',
      given_name: 'Mía',
      phone_number: '+34600000001',
      phone_number_verified: 'false',
      updated_at: '1570000000',
    },
  });
});

test('a row with another number of values is nobody', () => {
  const rules = { settings: base.settings, columns: ['cognito:username', 'email'] };
  for (const values of [[], ['mia'], ['mia', 'a', 'b']])
    assert.throws(() => readUser(rules, values, ID), /number of values/);
});

test('USR-136 a username may not be empty, nor have a space or a tab', () => {
  for (const name of ['', 'mi a', 'mi\ta', 'mi\u00A0a', 'x'.repeat(129)])
    refused({ ...MIA, 'cognito:username': name }, /^Username must be 1 to 128/);
  assert.equal(read({ ...MIA, 'cognito:username': '名前"\'=cmd' }).username, '名前"\'=cmd');
});

const UNVERIFIED =
  /^The User Record does not set any of the auto verified attributes to true\. \(Example: email_verified to true\)\.$/;

test('USR-137 a row must say that a contact is verified which the pool verifies', () => {
  for (const flag of ['', 'false', 'FALSE']) refused({ ...MIA, email_verified: flag }, UNVERIFIED);
  assert.equal(read({ ...MIA, email_verified: 'tRuE' }).attributes['email_verified'], 'true');
  refused({ ...MIA, email_verified: 'yes' }, /^email_verified must be true or false\.$/);
});

test('USR-138 where the pool verifies telephone numbers only, a verified e-mail is not enough', () => {
  const phone = { phone_number: '+34600000001', phone_number_verified: 'true' };
  refused(MIA, UNVERIFIED, { AutoVerifiedAttributes: ['phone_number'] });
  read({ ...MIA, ...phone }, { AutoVerifiedAttributes: ['phone_number'] });
  read({ ...MIA, ...phone, email_verified: '' }, { AutoVerifiedAttributes: ['email', 'phone_number'] });
});

test('USR-139 nothing that is missing is verified', () => {
  refused({ ...MIA, email: '' }, /^email_verified is true but there is no email\.$/);
  const both: Partial<PoolSettings> = { AutoVerifiedAttributes: ['email', 'phone_number'] };
  refused({ ...MIA, phone_number_verified: 'true' }, /there is no phone_number/, both);
});

test('USR-140 what the pool requires must be there, and what is there must fit', () => {
  const strict = { SchemaAttributes: schema(attribute('family_name', { Required: true })) };
  refused(MIA, /family_name: The attribute is required/, strict);
  assert.equal(read({ ...MIA, family_name: 'Ruiz' }, strict).attributes['family_name'], 'Ruiz');
  refused({ ...MIA, email: 'nobody at home' }, /^Invalid email address format\.$/);
  refused({ ...MIA, phone_number: '0034600000001' }, /^Invalid phone number format\.$/);
  refused({ ...MIA, nickname: 'x'.repeat(2049) }, /nickname: String must be no longer than 2048/);
  const custom = { SchemaAttributes: schema(attribute('custom:team', { Mutable: false })) };
  assert.equal(read({ ...MIA, 'custom:team': 'red' }, custom).attributes['custom:team'], 'red');
});

test('USR-141 SEC-110 whether somebody has MFA is said, and agrees with the pool', () => {
  const mfa = (value: string, MfaConfiguration: PoolSettings['MfaConfiguration']) =>
    [{ ...MIA, 'cognito:mfa_enabled': value }, { MfaConfiguration }] as const;
  for (const setting of ['OFF', 'ON', 'OPTIONAL'] as const) {
    const [empty, change] = mfa('', setting);
    refused(empty, /^cognito:mfa_enabled must be true or false\.$/, change);
  }
  refused(mfa('false', 'ON')[0], /must be true/, { MfaConfiguration: 'ON' });
  refused(mfa('TRUE', 'OFF')[0], /must be false/, { MfaConfiguration: 'OFF' });
  read(...mfa('TRUE', 'ON'));
  for (const value of ['TRUE', 'false']) read(...mfa(value, 'OPTIONAL'));
});

test('USR-144 dates are mm/dd/yyyy, and times are seconds', () => {
  for (const birthdate of ['1990-03-15', '15/03/1990', '3/15/1990', '02/30/1990', '00/10/1990', '03/15/90'])
    refused({ ...MIA, birthdate }, /^birthdate must be a date of the form mm\/dd\/yyyy\.$/);
  for (const birthdate of ['03/15/1990', '02/29/2000'])
    assert.equal(read({ ...MIA, birthdate }).attributes['birthdate'], birthdate);
  for (const updated_at of ['2019-10-02', '-1', '1.5', '1e9'])
    refused({ ...MIA, updated_at }, /^updated_at must be seconds since the epoch\.$/);
});

test('true and false are read in any case, in custom attributes too', () => {
  const name = 'custom:member';
  const pool = { SchemaAttributes: schema(attribute(name, { AttributeDataType: 'Boolean' })) };
  for (const value of ['TRUE', 'true', 'True'])
    assert.equal(read({ ...MIA, [name]: value }, pool).attributes[name], 'true');
  assert.equal(read({ ...MIA, [name]: 'FALSE' }, pool).attributes[name], 'false');
  assert.equal(read(MIA, pool).attributes[name], undefined);
  refused({ ...MIA, [name]: 'yes, please' }, /^custom:member must be true or false\.$/, pool);
});

test('in a pool of e-mail addresses the username is one, and the account is known by its id', () => {
  const change = { UsernameAttributes: ['email' as const] };
  refused(MIA, /^Username should be an email\.$/, change);
  const user = read({ ...MIA, 'cognito:username': 'mia@example.com', email: '' }, change);
  assert.equal(user.username, ID);
  assert.equal(user.attributes['email'], 'mia@example.com');
  refused({ ...MIA, 'cognito:username': 'noa@example.com' }, /must be the same/, change);
});

test('a preferred username that is an alias may be imported: who comes from a file is confirmed', () => {
  const change = { AliasAttributes: ['preferred_username' as const] };
  assert.equal(read({ ...MIA, preferred_username: 'mimi' }, change).attributes['preferred_username'], 'mimi');
});

test('whoever comes with the hash of a password can sign in with it; whoever has none must choose one', () => {
  const { status, passwordHash } = read({ ...MIA, [PASSWORD_HASH]: HASH }, {}, 'BCRYPT');
  assert.deepEqual({ status, passwordHash }, { status: 'CONFIRMED', passwordHash: HASH });
  assert.equal(read(MIA, {}, 'BCRYPT').status, 'RESET_REQUIRED');
  for (const hash of ['secret-password', `$2b$31$${'a'.repeat(53)}`])
    refused({ ...MIA, [PASSWORD_HASH]: hash }, /^The password hash is not in a form/, {}, 'BCRYPT');
  refused({ ...MIA, [PASSWORD_HASH]: HASH }, /password hash/, {}, 'ARGON2ID');
});
