import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Contact, PoolSettings } from '#adapters/directory/records.ts';
import { completeSchema } from '../configuration/attribute-schema.ts';
import { signUpAttributes } from './attribute-fields.ts';
import { newPasswordField, newUsernameField, passwordField, usernameField } from './fields.ts';
import { checkForm } from './form.ts';
import { en } from './texts/en.ts';

const names = (UsernameAttributes: Contact[], AliasAttributes: PoolSettings['AliasAttributes'] = []) => ({
  UsernameAttributes,
  AliasAttributes,
});

test('the sign-in name is called what the pool lets people sign in with', () => {
  const label = (...kinds: Parameters<typeof names>) => usernameField(en, names(...kinds)).label;
  assert.equal(label([]), 'Username');
  assert.equal(label(['email']), 'Email address');
  assert.equal(label(['phone_number']), 'Phone number');
  assert.equal(label(['phone_number', 'email']), 'Email address or phone number');
  assert.equal(label([], ['email']), 'Username or email address');
  assert.equal(label([], ['phone_number', 'preferred_username']), 'Username or phone number');
  assert.equal(label([], ['phone_number', 'email']), 'Username, email address or phone number');
});

test('for a new account only what can be its name is asked for', () => {
  assert.equal(newUsernameField(en, names([], ['email'])).label, 'Username');
  assert.equal(newUsernameField(en, names(['email'])).type, 'email');
  assert.equal(newUsernameField(en, names(['phone_number'])).type, 'tel');
  assert.equal(newUsernameField(en, names(['phone_number', 'email'])).type, 'text');
});

function asked(
  required: string[],
  {
    verified = [],
    instead = [],
    writable = () => true,
  }: {
    verified?: Contact[];
    instead?: Contact[];
    writable?: (name: string) => boolean;
  },
) {
  const settings = {
    SchemaAttributes: completeSchema(required.map((Name) => ({ Name, Required: true, Mutable: true }))),
    AutoVerifiedAttributes: verified,
    UsernameAttributes: instead,
  };
  return signUpAttributes(en, settings, writable).map(({ name, required }) => (required ? name : `${name}?`));
}

test('a new account is asked for what is required, in the order that people expect', () => {
  assert.deepEqual(asked(['website', 'family_name', 'given_name', 'email'], {}), [
    'email',
    'given_name',
    'family_name',
    'website',
  ]);
});

test('and for the contact that proves it, if it may be given, but never twice', () => {
  assert.deepEqual(asked(['name'], { verified: ['email'] }), ['email?', 'name']);
  assert.deepEqual(asked(['name'], { verified: ['email'], writable: () => false }), ['name']);
  assert.deepEqual(asked(['email', 'name'], { verified: ['email'], instead: ['email'] }), ['name']);
  assert.deepEqual(asked(['name'], { verified: ['email'], instead: ['email', 'phone_number'] }), ['name']);
  assert.deepEqual(asked(['email'], { instead: ['email', 'phone_number'] }), ['email?']);
});

test('what people and phones add to what they type is taken away; a password is taken as it is', () => {
  const clean = (fields: Parameters<typeof checkForm>[1], form: Record<string, string>) =>
    checkForm(en, fields, form).input;
  const phone = usernameField(en, names(['phone_number']));
  assert.deepEqual(clean([phone], { username: ' +1 (206) 555-01.00 ' }), { username: '+12065550100' });
  assert.deepEqual(clean([phone], { username: ' 555-0100 ' }), { username: '555-0100' });
  const plain = usernameField(en, names([]));
  assert.deepEqual(clean([plain], { username: ' +1-2 ' }), { username: '+1-2' });
  assert.deepEqual(clean([passwordField(en)], { password: ' p w ' }), { password: ' p w ' });
});

test('nothing reaches a rule that the form did not ask for', () => {
  const { input } = checkForm(en, [passwordField(en)], {
    password: 'x',
    email_verified: 'true',
    'custom:admin': '1',
    __proto__: 'y',
  });
  assert.deepEqual(Object.entries(input), [['password', 'x']]);
});

test('the policy is told in words, and in the form that the browser tries', () => {
  const { policy } = newPasswordField(en, {
    MinimumLength: 10,
    RequireUppercase: false,
    RequireLowercase: true,
    RequireNumbers: false,
    RequireSymbols: false,
  });
  assert.deepEqual(policy, [
    { text: 'at least 10 characters', minimum: 10, characters: undefined },
    { text: 'a lowercase letter', minimum: undefined, characters: 'abcdefghijklmnopqrstuvwxyz' },
  ]);
});

test('a password may be as long on a page as it may be when it is chosen, counted in characters', () => {
  const errors = (password: string) => checkForm(en, [passwordField(en)], { password }).errors;
  assert.deepEqual(errors('🐴'.repeat(256)), []);
  assert.equal(errors('🐴'.repeat(257)).length, 1);
  assert.equal(errors('a'.repeat(257)).length, 1);
});
