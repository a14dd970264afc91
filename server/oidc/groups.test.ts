import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Account } from '#adapters/accounts/store.ts';
import { addToGroup } from '../accounts/groups/add-to-group.ts';
import { createGroup } from '../accounts/groups/create-group.ts';
import { deleteGroup } from '../accounts/groups/delete-group.ts';
import { removeFromGroup } from '../accounts/groups/remove-from-group.ts';
import type { Client } from '../pool.ts';
import { claimsOf, refresh, tokensFor, userInfo } from './testing/requests.ts';
import { openStage, type Stage } from './testing/stage.ts';

const ROLE = 'arn:aws:iam::123456789012:role/staff';
let stage: Stage;
let client: Client;
let account: Account;
before(async () => {
  stage = await openStage();
  client = await stage.client();
  account = await stage.account();
  await createGroup(stage.pool, 'staff', { precedence: 3, roleArn: ROLE });
  await createGroup(stage.pool, 'Bücher "alt"', { precedence: 1 });
});
after(() => stage.close());

const of = (group: string) => ({ username: account.username, group });
/** Every claim about groups, by token. */
function told(tokens: Record<string, unknown>) {
  const about = (token: unknown) =>
    Object.fromEntries(
      Object.entries(claimsOf(token)).filter(([name]) => /^cognito:(groups|roles|pref)/.test(name)),
    );
  return { id: about(tokens['id_token']), access: about(tokens['access_token']) };
}

test('HUI-199 USR-95 USR-96 USR-102 groups are in both tokens, roles in the ID token, as they are when it is issued', async () => {
  const signedIn = await tokensFor(stage, client, account.username);
  assert.deepEqual(told(signedIn), { id: {}, access: {} });
  const refreshed = async () => told((await refresh(stage, client, signedIn['refresh_token'])).body);

  await addToGroup(stage.pool, of('Bücher "alt"'));
  const books = { 'cognito:groups': ['Bücher "alt"'] };
  assert.deepEqual(await refreshed(), { id: books, access: books });

  await addToGroup(stage.pool, of('staff'));
  const both = { 'cognito:groups': ['Bücher "alt"', 'staff'] };
  const roles = { 'cognito:roles': [ROLE], 'cognito:preferred_role': ROLE };
  assert.deepEqual(await refreshed(), { id: { ...both, ...roles }, access: both });
  assert.deepEqual(told(await tokensFor(stage, client, account.username)).id, { ...both, ...roles });

  await removeFromGroup(stage.pool, of('Bücher "alt"'));
  await deleteGroup(stage.pool, 'staff');
  assert.deepEqual(await refreshed(), { id: {}, access: {} });
});

test('HUI-156 user info says nothing of groups', async () => {
  await createGroup(stage.pool, 'told', { roleArn: ROLE });
  await addToGroup(stage.pool, of('told'));
  const tokens = await tokensFor(stage, client, account.username, { scope: 'openid profile' });
  assert.deepEqual(told(tokens).access, { 'cognito:groups': ['told'] });
  const text = await (await userInfo(stage, tokens['access_token'] ?? '')).text();
  assert.ok(text.includes(account.id));
  assert.doesNotMatch(text, /cognito:|told|role/);
});
