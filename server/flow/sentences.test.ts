import assert from 'node:assert/strict';
import { test } from 'node:test';
import { REASONS, type Reason, Refusal } from '../errors.ts';
import { attributeField } from './attribute-fields.ts';
import { passwordField, usernameField } from './fields.ts';
import { sentenceFor } from './sentences.ts';
import { en } from './texts/en.ts';

const reasons = Object.keys(REASONS) as Reason[];
const names = { UsernameAttributes: [], AliasAttributes: [] };
const fields = [usernameField(en, names), attributeField(en, 'birthdate', true), passwordField(en)];

test('every refusal has a sentence that a person would say', () => {
  for (const reason of reasons) {
    const details = { attribute: 'birthdate', contact: 'email', status: 'CONFIRMED', message: 'RAW-TEXT' };
    const { text } = sentenceFor(en, new Refusal(reason, details), fields);
    assert.match(text, /^[A-Z“].*[.]$/, reason);
    assert.doesNotMatch(text, /[{}!]|Exception|RAW-TEXT|undefined/, reason);
  }
});

test('a refusal is told at the field that it is about, or above the form when the form has none', () => {
  const at = (reason: Reason, details = {}) => sentenceFor(en, new Refusal(reason, details), fields).field;
  assert.equal(at('password-policy'), 'password');
  assert.equal(at('username-taken'), 'username');
  assert.equal(at('email-format'), 'username');
  assert.equal(at('attribute-schema', { attribute: 'birthdate' }), 'birthdate');
  assert.equal(at('attribute-schema', { attribute: 'custom:size' }), undefined);
  assert.equal(at('code-wrong'), undefined);
  assert.equal(at('credentials-wrong'), undefined);
});

test('an attribute without a field is still called by its name', () => {
  const { text } = sentenceFor(en, new Refusal('attribute-schema', { attribute: 'custom:size' }), fields);
  assert.equal(text, '“size” is not of the right form.');
});
