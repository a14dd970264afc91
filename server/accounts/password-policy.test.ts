import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PasswordPolicy } from '#adapters/directory/records.ts';
import { Refusal } from '../errors.ts';
import { checkPasswordPolicy, generatePassword, policyHints } from './password-policy.ts';

const lax: PasswordPolicy = {
  MinimumLength: 6,
  RequireUppercase: false,
  RequireLowercase: false,
  RequireNumbers: false,
  RequireSymbols: false,
};
const strict: PasswordPolicy = {
  MinimumLength: 8,
  RequireUppercase: true,
  RequireLowercase: true,
  RequireNumbers: true,
  RequireSymbols: true,
};
const PREFIX = 'Password did not conform with policy: ';

const refused = (policy: PasswordPolicy, password: string, rule: string | RegExp) =>
  assert.throws(
    () => checkPasswordPolicy(policy, password),
    (error) =>
      error instanceof Refusal &&
      error.code === 'InvalidPasswordException' &&
      (typeof rule === 'string' ? error.message === PREFIX + rule : rule.test(error.message)),
    password,
  );

test('USR-24 the first rule that is broken is named, in the order of the service', () => {
  refused(strict, 'aA1!', 'Password not long enough');
  refused(strict, '        ', /whitespace/);
  refused(strict, '........', 'Password must have uppercase characters');
  refused(strict, 'AAAAAAAA', 'Password must have lowercase characters');
  refused(strict, 'AAAAaaaa', 'Password must have numeric characters');
  refused(strict, 'AAAAaaa1', 'Password must have symbol characters');
  checkPasswordPolicy(strict, 'AAAAaa1!');
});

test('USR-219 256 characters are accepted, 257 are not, and a character is one whatever it takes to store', () => {
  checkPasswordPolicy(lax, 'a'.repeat(256));
  checkPasswordPolicy(lax, '🔑'.repeat(256));
  refused(lax, 'a'.repeat(257), /256/);
  refused(lax, '🔑'.repeat(5), 'Password not long enough');
});

test('USR-220 USR-221 each listed symbol counts as one, = and + too, and letters of other alphabets do not', () => {
  const policy = { ...lax, RequireSymbols: true };
  const listed = '^ $ * . [ ] { } ( ) ? - " ! @ # % & / \\ , > < \' : ; | _ ~ `'.split(' ');
  assert.equal(listed.length, 30);
  for (const symbol of [...listed, '=', '+']) checkPasswordPolicy(policy, `abcdef${symbol}`);
  for (const other of ['é', '€', '§', 'ß', '１']) refused(policy, `abcdef${other}`, /symbol/);
});

test('uppercase, lowercase and numbers mean basic Latin', () => {
  refused({ ...lax, RequireUppercase: true }, 'àÉÖабвГД', /uppercase/);
  refused({ ...lax, RequireLowercase: true }, 'ABCDéöд', /lowercase/);
  refused({ ...lax, RequireNumbers: true }, 'abcdef٣३', /numeric/);
});

test('USR-222 whitespace of any kind is refused', () => {
  for (const space of [' ', '\t', '\n', '\u00a0', '\u2003', '\u3000'])
    refused(lax, `abc${space}def`, /whitespace/);
});

test('pages are told exactly the rules that hold', () => {
  assert.deepEqual(policyHints(lax), [{ name: 'length', minimum: 6 }]);
  assert.deepEqual(
    policyHints(strict).map(({ name }) => name),
    ['length', 'uppercase', 'lowercase', 'number', 'symbol'],
  );
  for (const { characters } of policyHints(strict).slice(1))
    checkPasswordPolicy(lax, `abcdef${characters?.slice(0, 200)}`);
});

test('USR-65 a generated password satisfies every policy, and no two are the same', () => {
  const made = new Set<string>();
  for (const MinimumLength of [6, 8, 14, 15, 99])
    for (let round = 0; round < 100; round++) {
      const password = generatePassword({ MinimumLength });
      checkPasswordPolicy({ ...strict, MinimumLength }, password);
      made.add(password);
    }
  assert.equal(made.size, 500);
  const firsts = new Set([...made].map((password) => password.charAt(0).replace(/[A-Z]/, 'A')));
  assert.ok(firsts.size > 10, 'the order of the classes is random, too');
});
