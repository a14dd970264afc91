import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../../errors.ts';
import { attribute, schema } from '../testing/open-pool.ts';
import { applyAttributes } from './apply-attributes.ts';
import {
  type AttributeCheck,
  type Attributes,
  checkAttributes,
  checkRequired,
  missingAttributes,
} from './check-attributes.ts';

const known = schema(
  attribute('custom:size', { StringAttributeConstraints: { MinLength: '2', MaxLength: '4' } }),
  attribute('custom:rank', {
    AttributeDataType: 'Number',
    StringAttributeConstraints: undefined,
    NumberAttributeConstraints: { MinValue: '-5', MaxValue: '10' },
  }),
  attribute('custom:birth', { AttributeDataType: 'DateTime', StringAttributeConstraints: undefined }),
  attribute('custom:flag', { AttributeDataType: 'Boolean', StringAttributeConstraints: undefined }),
  attribute('custom:badge', { Mutable: false }),
  attribute('family_name', { Mutable: false, Required: true }),
);
const check = (given: Attributes, more: Partial<AttributeCheck> = {}) =>
  checkAttributes({ schema: known, given, ...more });
const refused = (given: Attributes, message: string | RegExp, more: Partial<AttributeCheck> = {}) =>
  assert.throws(
    () => check(given, more),
    (error) => {
      assert.ok(error instanceof Refusal);
      if (typeof message === 'string') assert.equal(error.message, message);
      else assert.match(error.message, message);
      return true;
    },
  );
const fault = (name: string, text: string) => `Attributes did not conform to the schema: ${name}: ${text}`;

test('USR-172 an unknown attribute is refused, also one that only an object has', () => {
  for (const name of ['custom:none', 'timezone', 'size', '__proto__', 'constructor'])
    refused(Object.fromEntries([[name, 'x']]), fault(name, 'Attribute does not exist in the schema.'));
});

test('USR-169 values of 2,048 characters pass, longer ones do not', () => {
  check({ nickname: 'x'.repeat(2048) });
  check({ nickname: '🔑'.repeat(2048) });
  refused({ nickname: 'x'.repeat(2049) }, /^Attributes did not conform.*no longer than 2048/);
});

test('USR-170 USR-171 contacts must have their form', () => {
  check({ phone_number: '+12065550100', email: 'mia@example.com' });
  refused({ phone_number: '206 555' }, 'Invalid phone number format.');
  refused({ email: 'mia at example.com' }, 'Invalid email address format.');
});

test('USR-203 lengths and ranges are enforced, at their limits', () => {
  for (const size of ['ab', 'abcd', '🔑🔑']) check({ 'custom:size': size });
  refused({ 'custom:size': 'a' }, /no shorter than 2/);
  refused({ 'custom:size': 'abcde' }, /no longer than 4/);
  for (const rank of ['-5', '10', '0.5']) check({ 'custom:rank': rank });
  refused({ 'custom:rank': '-6' }, /no less than -5/);
  refused({ 'custom:rank': '11' }, /no greater than 10/);
  for (const rank of ['', ' ', '1e3', '0x10', 'NaN', '1 ', '--1'])
    if (rank !== '') refused({ 'custom:rank': rank }, /not a number/);
  refused({ birthdate: '1999-1-1' }, /no shorter than 10/);
});

test('the other types have their forms', () => {
  for (const value of ['2026-11-05', '2026-11-05T10:00:00Z', '2026-11-05T10:00:00.5+01:00'])
    check({ 'custom:birth': value });
  for (const value of ['yesterday', '2026-13-40', '5.11.2026'])
    refused({ 'custom:birth': value }, /date and time/);
  check({ 'custom:flag': 'true' });
  refused({ 'custom:flag': 'yes' }, /true or false/);
});

test('USR-25 USR-211 what the writer may not write is refused, unknown names as unknown', () => {
  const writable = (name: string) => name === 'nickname';
  check({ nickname: 'Mimi' }, { writable });
  refused({ locale: 'de' }, 'A client attempted to write unauthorized attribute', { writable });
  refused({ email_verified: 'true' }, 'A client attempted to write unauthorized attribute', { writable });
  refused({ 'custom:none': 'x' }, /does not exist/, { writable });
});

test('USR-176 USR-205 what may not change is given once and stays, for administrators too', () => {
  check({ 'custom:badge': '7' }, { creating: true });
  check({ 'custom:badge': '7' }, { current: { 'custom:badge': '7' } });
  refused({ 'custom:badge': '8' }, 'user.custom:badge: Attribute cannot be updated.', {
    current: { 'custom:badge': '7' },
  });
  refused({ 'custom:badge': '8' }, /cannot be updated/, { current: {} });
  refused({ 'custom:badge': '' }, /cannot be updated/, { current: { 'custom:badge': '7' } });
});

test('what is required and may not change can be given later by who was made without it', () => {
  check({ family_name: 'Reyes' }, { current: {} });
  refused({ family_name: 'Cruz' }, /cannot be updated/, { current: { family_name: 'Reyes' } });
});

test('USR-01 nobody gives an account its sub', () => {
  refused({ sub: 'x' }, /cannot be updated/, { creating: true });
});

test('USR-23 the first required attribute without a value is named; sub is not asked for', () => {
  assert.throws(() => checkRequired(known, { nickname: 'x' }), {
    message: fault('family_name', 'The attribute is required'),
  });
  assert.throws(() => checkRequired(known, { family_name: '' }));
  checkRequired(known, { family_name: 'Reyes' });
  assert.deepEqual(missingAttributes(known, {}), ['family_name']);
});

test('a contact cannot be verified that is not there', () => {
  refused({ email_verified: 'true' }, /there is no email/);
  check({ email_verified: 'true' }, { current: { email: 'mia@example.com' } });
  check({ email_verified: 'true', email: 'mia@example.com' });
  check({ email_verified: 'false' });
});

test('USR-35 USR-173 applying: empty removes, a changed contact is proven no more, the same one still is', () => {
  const current = { email: 'a@example.com', email_verified: 'true', nickname: 'Mimi' };
  assert.deepEqual(applyAttributes(current, { nickname: '' }), {
    email: 'a@example.com',
    email_verified: 'true',
  });
  assert.deepEqual(applyAttributes(current, { email: 'a@example.com' }), current);
  assert.deepEqual(applyAttributes(current, { email: 'b@example.com' }), {
    ...current,
    email: 'b@example.com',
    email_verified: 'false',
  });
  assert.equal(
    applyAttributes(current, { email: 'b@example.com', email_verified: 'true' })['email_verified'],
    'true',
  );
  assert.deepEqual(applyAttributes(current, { email: '' }), { nickname: 'Mimi' });
});
