import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newPool } from './administered-pool.ts';
import { administratorOf, refused } from './sdk-application.ts';
import { startFoyer } from './start.ts';

test('USR-105 USR-106 USR-111 USR-114 USR-115 users are searched by ten attributes, in the order of theirs', async () => {
  const pool = await newPool(administratorOf(await startFoyer()), {
    UsernameAttributes: ['email'],
    Schema: [{ Name: 'team', AttributeDataType: 'String', Mutable: true }],
  });
  const people = [
    ['c@example.com', { name: 'Mira', family_name: 'Reyes', 'custom:team': 'a' }],
    ['a@example.com', { name: 'Mia', given_name: 'Mia', phone_number: '+12065550100' }],
    ['b@example.com', { name: 'Mi', preferred_username: 'mi' }],
  ] as const;
  const usernames: Record<string, string> = {};
  for (const [email, attributes] of people) {
    const { User } = await pool.create(email, attributes);
    usernames[email.charAt(0)] = User?.Username ?? '';
  }
  const find = async (filter: string) => {
    const found = await pool.find(filter);
    return Object.keys(usernames)
      .toSorted((x, y) => found.indexOf(usernames[x]) - found.indexOf(usernames[y]))
      .filter((letter) => found.includes(usernames[letter]))
      .join('');
  };
  const { a = '' } = usernames;
  assert.equal(await find('name ^= "Mi"'), 'bac');
  assert.equal(await find('email ^= ""'), 'abc');
  for (const filter of [
    'name = "Mia"',
    'given_name = "Mia"',
    'phone_number ^= "+1206"',
    'email = "a@example.com"',
    `username = "${a}"`,
    `sub ^= "${a.slice(0, 13)}"`,
  ])
    assert.equal(await find(filter), 'a', filter);
  assert.equal(await find('family_name = "Reyes"'), 'c');
  assert.equal(await find('preferred_username = "mi"'), 'b');
  for (const status of ['cognito:user_status ^= "force"', 'status = "Enabled"'])
    assert.equal([...(await find(status))].sort().join(''), 'abc');
  for (const filter of ['name = "mia"', 'status = "enabled"', 'username = "a@example.com"'])
    assert.equal(await find(filter), '', filter);
  for (const name of ['custom:team', 'nickname', 'email_verified', 'Name'])
    await refused(pool.find(`${name} = "a"`), 'InvalidParameterException');
});
