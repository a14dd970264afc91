import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../../errors.ts';
import { parseFilter } from './parse-filter.ts';

const refused = (filter: string, message = 'Error while parsing filter') =>
  assert.throws(
    () => parseFilter(filter),
    (error) => error instanceof Refusal && error.reason === 'invalid-parameter' && error.message === message,
    JSON.stringify(filter),
  );

test('USR-104 = is exact, ^= is a prefix, in quotes of either kind, with any spaces', () => {
  const reyes = { field: 'family_name', match: 'equals', value: 'Reyes' };
  for (const filter of ['family_name = "Reyes"', "family_name='Reyes'", '  family_name\t=\n"Reyes"  '])
    assert.deepEqual(parseFilter(filter), reyes);
  assert.deepEqual(parseFilter('phone_number ^= "+3491"'), {
    field: 'phone_number',
    match: 'prefix',
    value: '+3491',
  });
  assert.equal(parseFilter('name = ""')?.value, '');
  for (const empty of ['', ' ', '\n']) assert.equal(parseFilter(empty), undefined);
});

test('USR-105 USR-106 exactly the ten attributes can be searched, custom ones never', () => {
  const names = [
    'username',
    'email',
    'phone_number',
    'name',
    'given_name',
    'family_name',
    'preferred_username',
    'cognito:user_status',
    'status',
    'sub',
  ];
  const fields = new Set(names.map((name) => parseFilter(`${name} = "x"`)?.field));
  assert.equal(fields.size, 10);
  for (const name of ['custom:team', 'nickname', 'user_status', 'enabled', 'Email', '__proto__', 'toString'])
    refused(`${name} = "x"`, `Users cannot be searched by the attribute ${name}`);
});

test('USR-107 two conditions and broken syntax are refused', () => {
  for (const filter of [
    'name',
    'name =',
    '= "x"',
    'name "x"',
    'name = x',
    'name == "x"',
    'name != "x"',
    'name =^ "x"',
    'name ^ = "x"',
    'name = "x',
    'name = x"',
    'name = "x\'',
    'name = "x" and email = "y"',
    'name = "x" email = "y"',
    'name = "x"y',
    'name = "x\\"',
    '"name" = "x"',
    'na me = "x"',
  ])
    refused(filter);
});

test('USR-108 a backslash takes the next character as it is', () => {
  const value = (filter: string) => parseFilter(filter)?.value;
  assert.equal(value(String.raw`name = "a\"b"`), 'a"b');
  assert.equal(value(String.raw`name = "a\\"`), 'a\\');
  assert.equal(value(String.raw`name = 'it\'s'`), "it's");
  assert.equal(value(`name = "it's"`), "it's");
  assert.equal(value(String.raw`name = "\n"`), 'n');
});

test('a long filter that is almost right is refused without delay', () => {
  refused(`name = "${'\\"'.repeat(50_000)}`);
  refused(`${' '.repeat(50_000)}name`);
});
