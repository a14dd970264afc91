/**
 * A Foyer with two pools, every operation of the list, and what each may refuse with. Calls go out as whoever may make
 * them; a call that was refused must have changed nothing and told no secret.
 */
import assert from 'node:assert/strict';
import { shapeOf, USER_POOLS } from '../../server/api/model/models.ts';
import type { Operation } from '../../server/api/operation.ts';
import { userPoolOperations } from '../../server/api/user-pools/index.ts';
import { openHttpSession } from '../http-session.ts';
import { callbackOf, openSignIn, PASSWORD, redeem } from '../person.ts';
import { type ApiAnswer, callApi, type SendOptions } from '../signed-call.ts';
import { startFoyer } from '../start.ts';
import { STORY, storyPool } from '../story-pool.ts';
import { MARK } from './faults.ts';

export const MINE = { UserPoolId: STORY.poolId, ClientId: STORY.publicClient, Username: 'mia@example.com' };
/** What another pool of the same installation has, and the story's has not. */
export const THEIRS = {
  UserPoolId: 'us-east-1_OtherPool',
  ClientId: 'otherpoolclient00000000001',
  Username: 'max@example.com',
  Identifier: 'theirs',
  Domain: 'theirs',
};
const [story] = storyPool({
  users: [MINE.Username, 'gone@example.com'].map((username) => ({
    username,
    password: PASSWORD,
    attributes: { email: username },
  })),
}).pools;
assert.ok(story);
for (const { settings } of story.clients)
  if (settings.AllowedOAuthFlows[0] === 'code')
    Object.assign(settings, { ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] });
const theirs = {
  id: THEIRS.UserPoolId,
  domain: THEIRS.Domain,
  settings: { PoolName: 'Theirs', UsernameAttributes: ['email'] },
  resourceServers: [{ Identifier: THEIRS.Identifier, Name: 'Theirs', Scopes: [] }],
  clients: [{ id: THEIRS.ClientId, settings: { ClientName: 'Theirs' } }],
  users: [{ username: THEIRS.Username, password: PASSWORD, attributes: { email: THEIRS.Username } }],
};
export const foyer = await startFoyer({
  poolFile: { pools: [story, theirs] },
  // Thousands of calls from one address.
  env: { FOYER_LIMIT_CLIENT_FAILURES_PER_ADDRESS: '0' },
});
export const keys = { accessKeyId: foyer.accessKeyId, secretAccessKey: foyer.secretAccessKey };
export const hosted = `${foyer.url}/${STORY.domain}`;

export const operations: readonly Operation[] = userPoolOperations;
export const withMember = (name: string) =>
  operations.filter((operation) => inputOf(operation).members?.[name] !== undefined);
export const inputOf = ({ name }: Operation) => shapeOf(USER_POOLS, USER_POOLS.operations[name]?.input ?? '');

/** As whoever may call it. */
export const send = (operation: Operation, input: object | string, options: SendOptions = {}) =>
  callApi(foyer.url, operation.name, input, {
    keys: operation.access === 'signed' ? keys : undefined,
    ...options,
  });

const COMMON = ['SerializationException', 'TooManyRequestsException'];
const SECRETS = [MARK, STORY.webSecret, PASSWORD, keys.secretAccessKey];

/** Demands a refusal by a name that the operation may give, and that tells no secret. */
export function refused(operation: Operation, answer: ApiAnswer, what: string, ...types: string[]): void {
  const told = `${operation.name}, ${what}: ${answer.status} ${answer.type} ${answer.message.slice(0, 300)}`;
  assert.equal(answer.status, 400, told);
  const allowed = types.length
    ? types
    : [...(USER_POOLS.operations[operation.name]?.errors ?? []), ...COMMON];
  assert.ok(allowed.includes(answer.type) && answer.type !== 'InternalErrorException', told);
  assert.notEqual(answer.message, '', told);
  for (const secret of SECRETS) assert.ok(!answer.text.includes(secret), `a secret is told: ${told}`);
}

/** Everything that a call could have changed. */
export async function state(): Promise<unknown> {
  const read = async (operation: string, input: object) => {
    const answer = await callApi(foyer.url, operation, input, { keys });
    assert.equal(answer.status, 200, answer.text);
    return answer.body;
  };
  return Promise.all([
    read('ListUserPools', { MaxResults: 60 }),
    ...[MINE, THEIRS].flatMap(({ UserPoolId }) => [
      read('DescribeUserPool', { UserPoolId }),
      read('ListUsers', { UserPoolId }),
      read('ListUserPoolClients', { UserPoolId }),
      read('ListResourceServers', { UserPoolId, MaxResults: 50 }),
    ]),
  ]);
}

/** A few at a time: each is quick, and there are thousands. */
export async function each<T>(items: Iterable<T>, work: (item: T) => Promise<void>): Promise<number> {
  const waiting = [...items];
  const { length } = waiting;
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  return length;
}

/** What a person gets who signs in. */
export const tokensOf = async (username: string, scope = 'openid aws.cognito.signin.user.admin') => {
  const session = openHttpSession();
  const page = await session.submit(await openSignIn(session, hosted, { scope }), {
    username,
    password: PASSWORD,
  });
  const code = callbackOf(await session.follow(page, hosted)).get('code') ?? '';
  return (await redeem(hosted, code)).body;
};

/** No fault of ours, and nothing secret, is in the log after all that was sent. */
export function logIsClean(): void {
  const faults = foyer.log().filter((line) => /"level":(50|60|"error"|"fatal")/.test(line));
  assert.deepEqual(faults, []);
  // The start prints the keys of development, for whoever develops.
  const lines = foyer.log().filter((line) => !line.includes('export AWS_'));
  for (const secret of SECRETS)
    assert.deepEqual(
      lines.filter((line) => line.includes(secret)),
      [],
    );
}
