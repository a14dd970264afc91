import assert from 'node:assert/strict';
import { test } from 'node:test';
import { groupClaims, roleClaims } from './group-claims.ts';

const ADMIN = 'arn:aws:iam::123456789012:role/admin';
const READER = 'arn:aws:iam::123456789012:role/reader';
const group = (name: string, precedence?: number, roleArn?: string) => ({ name, precedence, roleArn });
const preferred = (...groups: ReturnType<typeof group>[]) => roleClaims(groups)['cognito:preferred_role'];

test('USR-95 every group is named, the highest precedence first; without groups there is no claim', () => {
  const groups = [group('b'), group('z', 0), group('a'), group('m', 7), group('c', 7)];
  assert.deepEqual(groupClaims(groups), { 'cognito:groups': ['z', 'c', 'm', 'a', 'b'] });
  assert.deepEqual(groupClaims([]), {});
});

test('USR-96 each role is named once; without roles there is no claim', () => {
  const groups = [group('a', 2, READER), group('b', 1, ADMIN), group('c', 3, ADMIN), group('d', 0)];
  assert.deepEqual(roleClaims(groups)['cognito:roles'], [ADMIN, READER]);
  assert.deepEqual(roleClaims([group('d', 0)]), {});
  assert.deepEqual(roleClaims([]), {});
});

test('USR-97 USR-98 the lowest number decides, and any number before none', () => {
  assert.equal(preferred(group('a', 5, READER), group('b', 0, ADMIN)), ADMIN);
  assert.equal(preferred(group('a', undefined, READER), group('b', 2_147_483_647, ADMIN)), ADMIN);
  assert.equal(preferred(group('a', 0), group('b', 9, ADMIN), group('c', 10, READER)), ADMIN);
});

test('USR-99 USR-100 a tie names a role only when it is one', () => {
  assert.equal(preferred(group('a', 1, ADMIN), group('b', 1, ADMIN), group('c', 2, READER)), ADMIN);
  assert.equal(preferred(group('a', 1, ADMIN), group('b', 1, READER)), undefined);
  assert.equal(preferred(group('a', undefined, ADMIN), group('b', undefined, READER)), undefined);
  assert.equal(preferred(group('a', 1, ADMIN), group('b', 1), group('c', 1, ADMIN)), ADMIN);
});

test('USR-101 a single role is preferred, with precedence or without', () => {
  assert.equal(preferred(group('a', undefined, ADMIN)), ADMIN);
  assert.equal(preferred(group('a', undefined, ADMIN), group('b', undefined, ADMIN), group('c')), ADMIN);
});
