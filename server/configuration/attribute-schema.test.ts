import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../errors.ts';
import {
  completeSchema,
  customNames,
  type GivenAttribute,
  STANDARD_ATTRIBUTES,
  withCustomAttributes,
} from './attribute-schema.ts';

const refuses = (message: string | RegExp, run: () => unknown) =>
  assert.throws(run, (error) => {
    assert.ok(error instanceof Refusal && error.code === 'InvalidParameterException', String(error));
    if (typeof message === 'string') assert.equal(error.message, message);
    else assert.match(error.message, message);
    return true;
  });
const named = (name: string, given: GivenAttribute[]) =>
  completeSchema(given).find(({ Name }) => Name === name);

test('USR-167 every pool has the seventeen standard attributes and three of its own', () => {
  assert.deepEqual(
    completeSchema()
      .map(({ Name }) => Name)
      .toSorted(),
    [
      'address',
      'birthdate',
      'email',
      'email_verified',
      'family_name',
      'gender',
      'given_name',
      'locale',
      'middle_name',
      'name',
      'nickname',
      'phone_number',
      'phone_number_verified',
      'picture',
      'preferred_username',
      'profile',
      'sub',
      'updated_at',
      'website',
      'zoneinfo',
    ],
  );
});

test('USR-175 listed without Mutable is immutable; not listed is mutable', () => {
  const email = named('email', [{ Name: 'email', Required: true }]);
  assert.deepEqual([email?.Required, email?.Mutable], [true, false]);
  assert.equal(named('email', [{ Name: 'email', Mutable: true }])?.Mutable, true);
  assert.equal(named('nickname', [{ Name: 'email' }])?.Mutable, true);
});

test('limits that no value can keep are refused, also where one of them is the attribute’s own', () => {
  const birthdate = (StringAttributeConstraints: object) =>
    completeSchema([{ Name: 'birthdate', StringAttributeConstraints }]);
  assert.ok(birthdate({ MinLength: '9' }));
  refuses('birthdate: MinLength must not be greater than MaxLength.', () => birthdate({ MaxLength: '9' }));
  refuses('birthdate: MinLength must not be greater than MaxLength.', () => birthdate({ MinLength: '11' }));
  refuses('updated_at: MinValue must not be greater than MaxValue.', () =>
    completeSchema([{ Name: 'updated_at', NumberAttributeConstraints: { MaxValue: '-1' } }]),
  );
});

test('a standard attribute keeps its type, and takes limits of that type', () => {
  assert.deepEqual(
    named('email', [{ Name: 'email', StringAttributeConstraints: { MinLength: '7' } }])
      ?.StringAttributeConstraints,
    { MinLength: '7', MaxLength: '2048' },
  );
  refuses(/You can not change AttributeDataType .* attribute email$/, () =>
    completeSchema([{ Name: 'email', AttributeDataType: 'Number' }]),
  );
  refuses(/developerOnlyAttribute/, () => completeSchema([{ Name: 'email', DeveloperOnlyAttribute: true }]));
  refuses(/Existing attribute/, () => completeSchema([{ Name: 'email' }, { Name: 'email' }]));
});

test('what the pool keeps itself cannot be required or frozen', () => {
  refuses(/^sub: /, () => completeSchema([{ Name: 'sub', Mutable: true, Required: true }]));
  refuses(/^email_verified: /, () => completeSchema([{ Name: 'email_verified' }]));
  refuses(/^phone_number_verified: /, () =>
    completeSchema([{ Name: 'phone_number_verified', Mutable: true, Required: true }]),
  );
  assert.deepEqual(named('sub', [{ Name: 'sub', Required: true }]), STANDARD_ATTRIBUTES[0]);
});

test('USR-199 USR-206 other names become custom:<name>, for developers only dev:custom:<name>', () => {
  const schema = completeSchema([
    { Name: 'plan', AttributeDataType: 'String' },
    { Name: 'badge', AttributeDataType: 'Number', DeveloperOnlyAttribute: true, Mutable: true },
  ]);
  assert.deepEqual(customNames(schema), ['custom:plan', 'dev:custom:badge']);
  assert.equal(schema.find(({ Name }) => Name === 'custom:plan')?.Mutable, false);
});

test('USR-200 25 custom attributes are accepted, the 26th is not', () => {
  const many = Array.from({ length: 26 }, (_, i) => ({
    Name: `a${i}`,
    AttributeDataType: 'String' as const,
  }));
  const full = completeSchema(many.slice(0, 25));
  assert.equal(customNames(full).length, 25);
  refuses(/more than 25/, () => withCustomAttributes(full, many.slice(25)));
  refuses(/more than 25/, () => completeSchema(many));
});

test('USR-201 a custom attribute cannot be required', () => {
  refuses('Required custom attributes are not supported currently.', () =>
    completeSchema([{ Name: 'plan', AttributeDataType: 'String', Required: true }]),
  );
});

test('USR-202 a custom attribute cannot be added twice, nor retyped, and none is added beside a wrong one', () => {
  const schema = completeSchema([{ Name: 'plan', AttributeDataType: 'String' }]);
  const before = structuredClone(schema);
  refuses('custom:plan: Existing attribute already has name custom:plan.', () =>
    withCustomAttributes(schema, [
      { Name: 'fine', AttributeDataType: 'String' },
      { Name: 'plan', AttributeDataType: 'Number' },
    ]),
  );
  assert.deepEqual(schema, before);
});

test('USR-204 limits: at most 2048 characters, whole numbers, in order, of the own type', () => {
  const custom = (more: GivenAttribute) =>
    completeSchema([{ Name: 'x', AttributeDataType: 'String', ...more }]);
  assert.ok(custom({ StringAttributeConstraints: { MinLength: '0', MaxLength: '2048' } }));
  for (const [from, to] of [
    ['0', '2049'],
    ['-1', '5'],
    ['6', '5'],
    ['x', '5'],
    ['1.5', '5'],
    ['1e1', '5'],
    ['', '5'],
    ['99999999999999999999', '5'],
  ])
    refuses(/^custom:x: /, () => custom({ StringAttributeConstraints: { MinLength: from, MaxLength: to } }));
  refuses(/do not fit the type String/, () => custom({ NumberAttributeConstraints: { MinValue: '1' } }));
  refuses(/do not fit the type Boolean/, () =>
    custom({ AttributeDataType: 'Boolean', StringAttributeConstraints: { MinLength: '1' } }),
  );
  refuses(/MinValue must not be greater/, () =>
    custom({ AttributeDataType: 'Number', NumberAttributeConstraints: { MinValue: '2', MaxValue: '-2' } }),
  );
  assert.deepEqual(custom({ AttributeDataType: 'Number' }).at(-1)?.NumberAttributeConstraints, {});
});

test('a custom attribute needs a type', () => {
  refuses(/AttributeDataType/, () => completeSchema([{ Name: 'plan' }]));
});
