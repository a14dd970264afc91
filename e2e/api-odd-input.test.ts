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
import { type ApiAnswer, callApi } from './signed-call.ts';
import { startFoyer } from './start.ts';
import { STORY, storyPool } from './story-pool.ts';

const foyer = await startFoyer({
  poolFile: storyPool({
    users: [{ username: 'mia@example.com', password: PASSWORD, attributes: { email: 'mia@example.com' } }],
  }),
  env: { FOYER_LIMIT_GUESSES_PER_ADDRESS: '0', FOYER_LIMIT_GUESSES_PER_POOL: '0' },
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
const inputOf = (operation: string) => {
  const modelled = USER_POOLS.operations[operation];
  return modelled && shapeOf(USER_POOLS, modelled.input);
};
/** What makes something takes what the change of it does, by the same rules, and makes a key or a hash each time. */
const TWINS: Partial<Record<string, string>> = {
  CreateUserPool: 'UpdateUserPool',
  CreateUserPoolClient: 'UpdateUserPoolClient',
};
/** After these the next operation would lack what it is about. */
const ENDS_SOMETHING = /Delete|Disable|Reset|SignOut|Password|Revoke|UpdateUserPool$/;
const COMMON = ['TooManyRequestsException', 'ConcurrentModificationException'];

function refused(operation: string, { status, type, message }: ApiAnswer, what: string): void {
  const names = [...(USER_POOLS.operations[operation]?.errors ?? []), ...COMMON];
  assert.ok(
    status === 400 && names.includes(type) && type !== 'InternalErrorException',
    `${operation}, ${what}: ${status} ${type} ${message.slice(0, 300)}`,
  );
}
const noFaults = () => {
  const faults = foyer.log().filter((line) => /"level":"(error|fatal)"/.test(line));
  assert.deepEqual(faults, []);
};

test('what few expect is done, or refused by its name, wherever it stands', async () => {
  let done = 0;
  let facts = await openStage();
  for (const { name, access } of operations) {
    const members = Object.keys(inputOf(name)?.members ?? {});
    const always = Object.fromEntries(Object.entries(facts).filter(([member]) => members.includes(member)));
    const again = Object.keys(inputOf(TWINS[name] ?? '')?.members ?? {}).map((member) =>
      member.toLowerCase(),
    );
    const waiting = faultsOf(name, oddValues, facts).filter(
      ({ path }) => !again.includes((path.split('.')[0] ?? '').toLowerCase()),
    );
    const worker = async () => {
      for (let odd = waiting.shift(); odd; odd = waiting.shift()) {
        const given = { ...always, ...(odd.value as object) };
        const answer = await callApi(foyer.url, name, given, access === 'signed' ? { keys } : {});
        if (answer.status === 200) done += 1;
        else refused(name, answer, `${odd.path}: ${odd.what}`);
      }
    };
    await Promise.all(Array.from({ length: 8 }, worker));
    if (ENDS_SOMETHING.test(name)) facts = await openStage();
  }
  assert.ok(done > 300, `${done} were done`);
  noFaults();
});

/** What stands in the maps of a sign-in, which the model does not look into. */
const KEYS = [
  'USERNAME',
  'PASSWORD',
  'SRP_A',
  'SECRET_HASH',
  'REFRESH_TOKEN',
  'PREFERRED_CHALLENGE',
  'DEVICE_KEY',
  'NEW_PASSWORD',
  'ANSWER',
  'PASSWORD_CLAIM_SECRET_BLOCK',
  'PASSWORD_CLAIM_SIGNATURE',
  'TIMESTAMP',
  'userAttributes.email',
  'userAttributes.__proto__',
];
const TEXTS = [
  '',
  '0',
  '-1',
  'zz',
  'f'.repeat(2048),
  'f'.repeat(100_000),
  '__proto__',
  ' ',
  '\u0000',
  '{"a":1}',
  '\u{e000}',
];
const pairs = KEYS.flatMap((key) => TEXTS.map((text): [string, string] => [key, text]));

test('what a sign-in is given, in whatever form, is taken or refused by its name', async () => {
  const { UserPoolId, ClientId } = await openStage();
  const given = { USERNAME: 'maria', PASSWORD, SRP_A: 'ab'.repeat(380), REFRESH_TOKEN: 'x' };
  const call = async (operation: string, input: object, what: string) => {
    const isAdmin = operation.startsWith('Admin');
    const all = { ClientId, ...(isAdmin ? { UserPoolId } : {}), ...input };
    const answer = await callApi(foyer.url, operation, all, isAdmin ? { keys } : {});
    if (answer.status !== 200) refused(operation, answer, what.slice(0, 100));
    return answer.body;
  };
  const flows = shapeOf(USER_POOLS, 'AuthFlowType').enum ?? assert.fail();
  for (const AuthFlow of flows)
    for (const [key, text] of pairs) {
      const operation = AuthFlow.startsWith('ADMIN') ? 'AdminInitiateAuth' : 'InitiateAuth';
      await call(
        operation,
        { AuthFlow, AuthParameters: { ...given, [key]: text } },
        `${AuthFlow} ${key} ${text}`,
      );
    }
  const challenges = shapeOf(USER_POOLS, 'ChallengeNameType').enum ?? assert.fail();
  const proof = {
    ...given,
    NEW_PASSWORD: 'Another-Horse-8',
    ANSWER: 'PASSWORD',
    PASSWORD_CLAIM_SECRET_BLOCK: 'AAAA',
    PASSWORD_CLAIM_SIGNATURE: 'AAAA',
    TIMESTAMP: 'Sat Nov 21 15:00:00 UTC 2026',
  };
  for (const [key, text] of pairs) {
    const begin = { AuthFlow: 'USER_SRP_AUTH', AuthParameters: given };
    const { Session } = await call('InitiateAuth', begin, 'SRP');
    for (const ChallengeName of key === 'USERNAME'
      ? challenges
      : ['PASSWORD_VERIFIER', 'NEW_PASSWORD_REQUIRED'])
      await call(
        'RespondToAuthChallenge',
        { ChallengeName, Session, ChallengeResponses: { ...proof, [key]: text } },
        `${ChallengeName} ${key} ${text}`,
      );
  }
  noFaults();
});

test('after all this people sign in, and Foyer starts again', async () => {
  assert.ok(await signIn(`${foyer.url}/${STORY.domain}`, 'mia@example.com'));
  await foyer.restart();
  assert.ok(await signIn(`${foyer.url}/${STORY.domain}`, 'mia@example.com'));
});
