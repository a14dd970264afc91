/** Where people sign in by a contact, every operation that takes a username takes the contact in its place. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shapeOf, USER_POOLS } from '../server/api/model/models.ts';
import { userPoolOperations } from '../server/api/user-pools/index.ts';
import { fittingInput } from './bad-input/fitting.ts';
import { openApplication } from './sdk-application.ts';
import { callApi } from './signed-call.ts';
import { startFoyer } from './start.ts';

/** They make somebody, and have their own tests of names. */
const MAKING = ['SignUp', 'AdminCreateUser'];
const naming = userPoolOperations.filter(({ name }) => {
  const { members = {} } = shapeOf(USER_POOLS, USER_POOLS.operations[name]?.input ?? '');
  return 'Username' in members && !MAKING.includes(name);
});

test('USR-197 each operation that knows people by a username knows them by e-mail and telephone too', async () => {
  const foyer = await startFoyer();
  const { accessKeyId, secretAccessKey } = foyer;
  const keys = { accessKeyId, secretAccessKey };
  const app = await openApplication(foyer, { UsernameAttributes: ['email', 'phone_number'] });
  const { UserPoolId, ClientId } = app;
  const call = (operation: string, input: object) => callApi(foyer.url, operation, input, { keys });
  await call('CreateGroup', { UserPoolId, GroupName: 'editors' });
  const facts = { UserPoolId, ClientId, GroupName: 'editors', Password: 'Another-Horse-8' };
  const ask = async (operation: string, Username: string) =>
    (await call(operation, fittingInput(operation, { ...facts, Username }))).type;

  const known: string[] = [];
  for (const [index, { name }] of naming.entries()) {
    // The others need what this pool has not, whoever is named.
    if ((await ask(name, 'nobody@example.com')) !== 'UserNotFoundException') continue;
    known.push(name);
    for (const Username of [`named-${index}@example.com`, `+1206555${1000 + index}`]) {
      const made = { UserPoolId, Username, MessageAction: 'SUPPRESS' };
      assert.equal((await call('AdminCreateUser', made)).status, 200);
      assert.notEqual(await ask(name, Username), 'UserNotFoundException', `${name} ${Username}`);
    }
  }
  assert.ok(known.length >= 18, known.join());
  for (const name of ['ConfirmSignUp', 'ResendConfirmationCode', 'ForgotPassword', 'ConfirmForgotPassword'])
    assert.ok(known.includes(name), name);
});
