import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SEARCH_FIELDS } from '#adapters/accounts/store.ts';
import type { PoolSettings } from '#adapters/directory/records.ts';
import { indexAccount, type Unindexed } from './index-account.ts';

const rules = (change: Partial<PoolSettings> = {}) => ({
  UsernameConfiguration: { CaseSensitive: true },
  AliasAttributes: [] as PoolSettings['AliasAttributes'],
  UsernameAttributes: [] as PoolSettings['UsernameAttributes'],
  ...change,
});
const account = (attributes: Record<string, string>, username = 'Maria'): Unindexed => ({
  id: 'b7a8',
  username,
  attributes,
  enabled: true,
  status: 'CONFIRMED',
  epoch: 0,
  createdAt: 0,
  modifiedAt: 0,
});
const contacts = { email: 'Mia@Example.com', phone_number: '+4930123', preferred_username: 'Mimi' };

test('USR-179 an alias is a name only while its contact is verified; the preferred username always is', () => {
  const all = rules({ AliasAttributes: ['email', 'phone_number', 'preferred_username'] });
  assert.deepEqual(indexAccount(all, account(contacts)).names, {
    username: 'Maria',
    preferred_username: 'Mimi',
  });
  const proven = { ...contacts, email_verified: 'true', phone_number_verified: 'true' };
  assert.deepEqual(indexAccount(all, account(proven)).names, {
    username: 'Maria',
    email: 'Mia@Example.com',
    phone_number: '+4930123',
    preferred_username: 'Mimi',
  });
  assert.deepEqual(indexAccount(rules(), account(proven)).names, { username: 'Maria' });
});

test('USR-178 ATK-32 a preferred username that looks like a contact is no name where that contact is one', () => {
  const nameIn = (aliases: PoolSettings['AliasAttributes'], preferred_username: string) =>
    indexAccount(rules({ AliasAttributes: aliases }), account({ preferred_username })).names
      .preferred_username;
  for (const name of ['mia@example.com', 'mia\uff20example.com']) {
    assert.equal(nameIn(['email', 'preferred_username'], name), undefined);
    assert.equal(nameIn(['phone_number', 'preferred_username'], name), name);
  }
  assert.equal(nameIn(['phone_number', 'preferred_username'], '+4930123'), undefined);
  assert.equal(nameIn(['preferred_username'], '+4930123'), '+4930123');
});

test('USR-194 a username attribute is a name, verified or not', () => {
  const byEmail = rules({ UsernameAttributes: ['email'] });
  assert.deepEqual(indexAccount(byEmail, account({ ...contacts, email_verified: 'false' })).names, {
    username: 'Maria',
    email: 'Mia@Example.com',
  });
});

test('USR-198 names and search values are folded only in a pool that ignores case', () => {
  const folding = rules({
    UsernameConfiguration: { CaseSensitive: false },
    UsernameAttributes: ['email'],
  });
  const { names, search } = indexAccount(folding, account({ ...contacts, given_name: 'Mia' }));
  assert.deepEqual(names, { username: 'maria', email: 'mia@example.com' });
  assert.equal(search.preferred_username, 'mimi');
  assert.equal(search.given_name, 'Mia');
});

test('ATK-32 composed and decomposed letters are one name; compatibility forms are not folded into another', () => {
  const name = (username: string) =>
    indexAccount(rules({ UsernameConfiguration: { CaseSensitive: false } }), account({}, username)).names
      .username;
  assert.equal(name('Jose\u0301'), name('jos\u00e9'));
  assert.notEqual(name('mia\uff20example.com'), name('mia@example.com'));
  assert.notEqual(name('ad\u006d\u0131n'), name('admin'));
});

test('every searchable field of a full account has a value', () => {
  const full = account({ ...contacts, name: 'M', given_name: 'M', family_name: 'C' });
  const { search } = indexAccount(rules(), full);
  assert.deepEqual(Object.keys(search).sort(), [...SEARCH_FIELDS].sort());
  assert.equal(search.enabled, 'Enabled');
  assert.equal(indexAccount(rules(), { ...full, enabled: false }).search.enabled, 'Disabled');
});
