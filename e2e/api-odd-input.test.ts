/**
 * Every operation with input that the model allows and few expect, which reaches the rules: it is done, or refused by a
 * name that the operation may give. Whatever it does, it is no fault of ours, and people can sign in afterwards.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shapeOf, USER_POOLS } from '../server/api/model/models.ts';
import type { Operation } from '../server/api/operation.ts';
import { userPoolOperations } from '../server/api/user-pools/index.ts';
import { faultsOf, oddValues } from './bad-input/faults.ts';
import { PASSWORD, signIn } from './person.ts';
import { callApi } from './signed-call.ts';
import { startFoyer } from './start.ts';
import { STORY, storyPool } from './story-pool.ts';

const foyer = await startFoyer({
  poolFile: storyPool({
    users: [{ username: 'mia@example.com', password: PASSWORD, attributes: { email: 'mia@example.com' } }],
  }),
});
const keys = { accessKeyId: foyer.accessKeyId, secretAccessKey: foyer.secretAccessKey };
const admin = async (operation: string, input: object) => {
  const answer = await callApi(foyer.url, operation, input, { keys });
  assert.equal(answer.status, 200, answer.text);
  return answer.body;
};

let stages = 0;
/** A pool with one of everything that an operation can be about. */
async function openStage() {
  const PoolName = `stage${stages++}`;
  const { UserPool } = await admin('CreateUserPool', { PoolName, AutoVerifiedAttributes: ['email'] });
  const UserPoolId: string = UserPool.Id;
  const ExplicitAuthFlows = ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_USER_SRP_AUTH'];
  const made = await admin('CreateUserPoolClient', { UserPoolId, ClientName: 'app', ExplicitAuthFlows });
  const { ClientId } = made.UserPoolClient;
  const user = { UserPoolId, Username: 'maria' };
  await admin('AdminCreateUser', { ...user, MessageAction: 'SUPPRESS' });
  await admin('AdminSetUserPassword', { ...user, Password: PASSWORD, Permanent: true });
  await admin('CreateGroup', { UserPoolId, GroupName: 'editors' });
  await admin('CreateResourceServer', { UserPoolId, Identifier: 'orders', Name: 'Orders', Scopes: [] });
  await admin('CreateUserPoolDomain', { UserPoolId, Domain: PoolName });
  const AuthParameters = { USERNAME: 'maria', PASSWORD };
  const signedIn = { ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters };
  const { body } = await callApi(foyer.url, 'InitiateAuth', signedIn);
  return {
    ...user,
    ...signedIn,
    AccessToken: body.AuthenticationResult.AccessToken,
    RefreshToken: body.AuthenticationResult.RefreshToken,
    Password: PASSWORD,
    GroupName: 'editors',
    Identifier: 'orders',
    Domain: PoolName,
    ResourceArn: UserPool.Arn,
  };
}

const operations: readonly Operation[] = userPoolOperations;
/** After these the next operation would lack what it is about. */
const ENDS_SOMETHING = /Delete|Disable|Reset|SignOut|Password|Revoke|UpdateUserPool$/;
const COMMON = ['TooManyRequestsException', 'ConcurrentModificationException'];

test('what few expect is done, or refused by its name, wherever it stands', async () => {
  let done = 0;
  let facts = await openStage();
  for (const { name, access } of operations) {
    const { input, errors } = USER_POOLS.operations[name] ?? { input: '', errors: [] };
    const members = Object.keys(shapeOf(USER_POOLS, input).members ?? {});
    const always = Object.fromEntries(Object.entries(facts).filter(([member]) => members.includes(member)));
    const waiting = faultsOf(name, oddValues, facts);
    const worker = async () => {
      for (let odd = waiting.shift(); odd; odd = waiting.shift()) {
        const given = { ...always, ...(odd.value as object) };
        const answer = await callApi(foyer.url, name, given, access === 'signed' ? { keys } : {});
        if (answer.status === 200) done += 1;
        else
          assert.ok(
            answer.status === 400 &&
              [...errors, ...COMMON].includes(answer.type) &&
              answer.type !== 'InternalErrorException',
            `${name}, ${odd.path}: ${odd.what}: ${answer.status} ${answer.type} ${answer.message.slice(0, 300)}`,
          );
      }
    };
    await Promise.all(Array.from({ length: 8 }, worker));
    if (ENDS_SOMETHING.test(name)) facts = await openStage();
  }
  assert.ok(done > 500, `${done} were done`);
  const faults = foyer.log().filter((line) => /"level":"(error|fatal)"/.test(line));
  assert.deepEqual(faults, []);
});

test('after all this people sign in, and Foyer starts again', async () => {
  assert.ok(await signIn(`${foyer.url}/${STORY.domain}`, 'mia@example.com'));
  await foyer.restart();
  assert.ok(await signIn(`${foyer.url}/${STORY.domain}`, 'mia@example.com'));
});
