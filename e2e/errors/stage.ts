/**
 * Pools in which every refusal of the catalogue can be met, and callers who meet it. The files of rows beside this say
 * what leads to which. It demands nothing itself but that the stage can be set.
 */
import assert from 'node:assert/strict';
import { PASSWORD, redeem, signIn } from '../person.ts';
import { type ApiAnswer, callApi } from '../signed-call.ts';
import { startFoyer } from '../start.ts';
import { STORY, storyPool } from '../story-pool.ts';

const POOL = 'us-east-1_Catalogue';
export const CLOSED = 'us-east-1_Closed001';
export const APP = 'catalogueclient00000000001';
export const SECRET_APP = 'catalogueclient00000000002';
export const NARROW = 'catalogueclient00000000003';
export const CLOSED_APP = 'catalogueclient00000000004';
export const LASTING = 'catalogueclient00000000005';
export const HIDING = 'catalogueclient00000000006';
export const ROTATING = 'catalogueclient00000000007';
export const SRP_ONLY = 'catalogueclient00000000008';
export const SECRET = 'catalogue0secret0of0the0tests0000';
const flows = ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_ADMIN_USER_PASSWORD_AUTH'];
const client = (id: string, more: object = {}) => ({
  id,
  settings: { ClientName: id, ExplicitAuthFlows: flows, PreventUserExistenceErrors: 'LEGACY', ...more },
});
const person = (username: string, attributes: Record<string, string> = {}) => ({
  username,
  password: PASSWORD,
  attributes,
});
export const verified = (email: string) => ({ email, email_verified: 'true' });
const [story] = storyPool({ users: [person('mia@example.com', verified('mia@example.com'))] }).pools;
export const catalogue = {
  id: POOL,
  settings: {
    PoolName: 'Catalogue',
    AliasAttributes: ['email'],
    AutoVerifiedAttributes: ['email'],
    Policies: {
      PasswordPolicy: {
        MinimumLength: 8,
        RequireUppercase: true,
        RequireLowercase: true,
        RequireNumbers: true,
        RequireSymbols: true,
        PasswordHistorySize: 2,
      },
    },
    Schema: [
      { Name: 'team', AttributeDataType: 'String', Mutable: true },
      { Name: 'badge', AttributeDataType: 'String', Mutable: false },
    ],
  },
  resourceServers: [
    { Identifier: 'orders', Name: 'Orders', Scopes: [{ ScopeName: 'read', ScopeDescription: 'x' }] },
  ],
  clients: [
    client(APP),
    { ...client(SECRET_APP), secret: SECRET },
    client(NARROW, { WriteAttributes: ['email'] }),
    client(LASTING, { EnableTokenRevocation: false }),
    client(HIDING, { PreventUserExistenceErrors: 'ENABLED' }),
    client(ROTATING, {
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
      RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 0 },
    }),
    client(SRP_ONLY, { ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] }),
  ],
  users: [
    person('mia', verified('mia@example.com')),
    person('kim'),
    person('locked'),
    person('leaves'),
    person('barred', verified('barred@example.com')),
    person('reset', verified('reset@example.com')),
  ],
};
const closed = {
  id: CLOSED,
  settings: {
    PoolName: 'Closed',
    UserPoolTier: 'LITE',
    AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
  },
  clients: [client(CLOSED_APP)],
};
export const foyer = await startFoyer({ poolFile: { pools: [story, catalogue, closed] } });
const keys = { accessKeyId: foyer.accessKeyId, secretAccessKey: foyer.secretAccessKey };
const hosted = `${foyer.url}/${STORY.domain}`;

/** One call, made when its row is walked. */
export type Call = () => Promise<ApiAnswer>;

/** What leads to an error, and its text. */
export type Row = [type: string, when: string, text: string | RegExp, call: Call];

export const admin =
  (operation: string, input: object, url = foyer.url, clockAhead = 0): Call =>
  () =>
    callApi(url, operation, { UserPoolId: POOL, ...input }, { keys, clockAhead });
export const app =
  (operation: string, input: object, url = foyer.url): Call =>
  () =>
    callApi(url, operation, { ClientId: APP, ...input });
export const attributes = (given: Record<string, string>) => ({
  UserAttributes: Object.entries(given).map(([Name, Value]) => ({ Name, Value })),
});
export const signUp = (Username: string, given: Record<string, string> = {}, more: object = {}): Call =>
  app('SignUp', { Username, Password: PASSWORD, ...attributes(given), ...more });
/** Signs in with a password; anything else where `more` says so. */
export const initiate = (AuthParameters: Record<string, string>, more: object = {}): Call =>
  app('InitiateAuth', { AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters, ...more });
export const withPassword = (USERNAME: string, more: object = {}): Call =>
  initiate({ USERNAME, PASSWORD }, more);
/** The last of so many calls, one after the other. */
export const times = async (count: number, call: Call) => {
  for (let made = 1; made < count; made++) await call();
  return call();
};
/** A refusal among many calls at the same moment. */
export const oneOf = async (count: number, call: Call) => {
  const answers = await Promise.all(Array.from({ length: count }, call));
  return answers.find(({ status }) => status !== 200) ?? assert.fail('all were answered');
};
/** The answer of a call that must be done. */
export const done = async (call: Call) => {
  const answer = await call();
  assert.equal(answer.status, 200, answer.text);
  return answer.body;
};
/** The newest code that was mailed to an address. */
export const codeTo = async (address: string) =>
  /\b\d{6}\b/.exec((await foyer.mailbox()).find(({ to }) => to === address)?.text ?? '')?.[0] ?? '';

/** What somebody has who is signed in, by the pages. */
export const tokens = (await redeem(hosted, await signIn(hosted, 'mia@example.com'))).body;
export const AccessToken = tokens['access_token'];
await done(admin('AdminDisableUser', { Username: 'barred' }));
await done(admin('CreateGroup', { GroupName: 'editors' }));
await done(signUp('claims', { email: 'claimed@example.com' }));
await done(signUp('waits', { email: 'waits@example.com' }));
await done(signUp('guessed', { email: 'guessed@example.com' }));
/** The code of an address that is another's by now. */
export const claimed = await codeTo('claimed@example.com');
const owner = { Username: 'owner', MessageAction: 'SUPPRESS' };
await done(admin('AdminCreateUser', { ...owner, ...attributes(verified('claimed@example.com')) }));
