import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  completeClientSettings,
  type GivenClientSettings,
} from '../configuration/default-client-settings.ts';
import { newPoolSettings } from '../configuration/default-pool-settings.ts';
import type { Client } from '../pool.ts';
import {
  accessTokenClaims,
  clientTokenClaims,
  ID_TOKEN_CLAIMS_TAG,
  idTokenClaims,
  userInfoClaims,
} from './claims.ts';

const { settings } = newPoolSettings({
  Schema: [{ Name: 'team', AttributeDataType: 'Number', Mutable: true }],
});
const account = {
  id: '5b0d9a34-9f0e-4a3b-8a51-0c2f2f1a7f10',
  username: 'mina',
  attributes: {
    email: 'mina@acme.test',
    email_verified: 'true',
    phone_number: '+4917012345',
    name: 'Mina Park',
    address: 'Main Street 1',
    'custom:team': '7',
    'custom:later': 'x',
  },
};
const grant = { id: 'g', scopes: ['openid'], authTime: 1_790_000_000, eventId: 'e' };

function clientWith(given: GivenClientSettings = {}): Client {
  const born = { ClientName: 'test', defaultAttributes: ['custom:team'] };
  return { id: 'c', poolId: 'p', settings: completeClientSettings(given, born) };
}

const attributesOf = (tags: Record<string, string>, scopes: string[], client = clientWith()) => {
  const protocol = ['sub', 'aud', 'token_use', 'cognito:username', 'auth_time', 'origin_jti', 'event_id'];
  const claims = idTokenClaims({ settings, tags }, client, account, { ...grant, scopes });
  return Object.fromEntries(Object.entries(claims).filter(([name]) => !protocol.includes(name)));
};

test('HUI-193 HUI-198 USR-207 an ID token carries what the client may read, whatever the scopes', () => {
  const expected = {
    email: 'mina@acme.test',
    email_verified: true,
    phone_number: '+4917012345',
    phone_number_verified: false,
    name: 'Mina Park',
    address: { formatted: 'Main Street 1' },
    'custom:team': '7',
  };
  assert.deepEqual(attributesOf({}, ['openid']), expected);
  assert.deepEqual(attributesOf({}, ['openid', 'email']), expected);
});

test('a pool may narrow ID tokens to their scopes', () => {
  const narrow = { [ID_TOKEN_CLAIMS_TAG]: 'scopes' };
  assert.deepEqual(attributesOf(narrow, ['openid']), {});
  assert.deepEqual(attributesOf(narrow, ['openid', 'email']), {
    email: 'mina@acme.test',
    email_verified: true,
  });
  assert.deepEqual(Object.keys(attributesOf(narrow, ['openid', 'profile'])), [
    'name',
    'address',
    'custom:team',
  ]);
});

test('HUI-46 USR-209 USR-214 what the client may not read is in no token and no answer', () => {
  const reader = clientWith({ ReadAttributes: ['email', 'custom:later'] });
  assert.deepEqual(attributesOf({}, ['openid'], reader), { email: 'mina@acme.test', 'custom:later': 'x' });
  const told = userInfoClaims({ settings }, reader, account, ['openid', 'email', 'phone']);
  assert.deepEqual(told, { email: 'mina@acme.test', sub: account.id, username: 'mina' });
});

test('an account cannot pose as another by its attributes', () => {
  const sly = {
    ...account,
    attributes: { ...account.attributes, sub: 'someone-else', aud: 'x', token_use: 'access' },
  };
  const all = clientWith({ ReadAttributes: ['sub', 'aud', 'token_use'] });
  const id = idTokenClaims({ settings, tags: {} }, all, sly, grant);
  assert.deepEqual([id['sub'], id['aud'], id['token_use']], [account.id, 'c', 'id']);
  assert.equal(userInfoClaims({ settings }, all, sly, ['openid', 'profile'])['sub'], account.id);
});

test('HUI-194 HUI-200 access tokens say nothing of a person but their name, and nothing at all for a client', () => {
  const access = accessTokenClaims(clientWith(), account, grant, ['openid', 'email']);
  assert.deepEqual(access, {
    sub: account.id,
    client_id: 'c',
    token_use: 'access',
    scope: 'openid email',
    username: 'mina',
    auth_time: 1_790_000_000,
    origin_jti: 'g',
    event_id: 'e',
    version: 2,
  });
  const own = clientTokenClaims(clientWith(), ['api/read'], 1_790_000_001);
  assert.deepEqual(own, {
    sub: 'c',
    client_id: 'c',
    token_use: 'access',
    scope: 'api/read',
    auth_time: 1_790_000_001,
    version: 2,
  });
});
