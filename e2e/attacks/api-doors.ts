/**
 * The hosted pages, the OAuth endpoints and the JSON API as doors to the same accounts, at two processes in turn: the
 * stage of the `api-*` attacks. What is refused, counted or ended at one door must be so at all of them.
 */
import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { PASSWORD, poolFileUser } from '../person.ts';
import { type ApiAnswer, callApi } from '../signed-call.ts';
import { STORY, storyPool } from '../story-pool.ts';
import { startTwoProcesses } from './two-processes.ts';

export const ROTATING = 'storyrotatingclient0000001';
export const ELSEWHERE = 'otherpoolclient00000000001';

const ExplicitAuthFlows = [
  'ALLOW_USER_PASSWORD_AUTH',
  'ALLOW_USER_SRP_AUTH',
  'ALLOW_USER_AUTH',
  'ALLOW_ADMIN_USER_PASSWORD_AUTH',
  'ALLOW_REFRESH_TOKEN_AUTH',
];
const people = ['mia', 'noa', 'ole', 'pia', 'uma', 'zoe'].map(poolFileUser);
const [story] = storyPool({ users: people }).pools;
assert.ok(story);
for (const { settings } of story.clients)
  if (settings.AllowedOAuthFlows[0] === 'code') Object.assign(settings, { ExplicitAuthFlows });
const like = story.clients.find(({ id }) => id === STORY.publicClient)?.settings;
const rotating = {
  ...like,
  ClientName: 'Rotating',
  ExplicitAuthFlows: ExplicitAuthFlows.filter((flow) => flow !== 'ALLOW_REFRESH_TOKEN_AUTH'),
  RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 0 },
};
const other = {
  id: 'us-east-1_OtherPool',
  settings: { PoolName: 'Other', UsernameAttributes: ['email'], AutoVerifiedAttributes: ['email'] },
  clients: [{ id: ELSEWHERE, settings: { ClientName: 'Other', ExplicitAuthFlows } }],
  users: people,
};
export const service = await startTwoProcesses({
  pools: [{ ...story, clients: [...story.clients, { id: ROTATING, settings: rotating }] }, other],
});
export const { hosted } = service;
const [one] = service.foyers;
const keys = { accessKeyId: one.accessKeyId, secretAccessKey: one.secretAccessKey };

let ahead = 0;
/** Moves the clocks of both processes, and that of whoever signs. */
export async function later(ms: number): Promise<void> {
  await service.shiftClock(ms);
  ahead += ms;
}

let sent = 0;
const either = () => service.foyers[sent++ % 2]?.url ?? '';
export const api = (operation: string, input: object) => callApi(either(), operation, input);
export const admin = (operation: string, input: object) =>
  callApi(either(), operation, { UserPoolId: STORY.poolId, ...input }, { keys, clockAhead: ahead });
export const done = async (answer: Promise<ApiAnswer>) => {
  const { status, text, body } = await answer;
  assert.equal(status, 200, text);
  return body;
};
export const secretHash = (username: string) =>
  createHmac('sha256', STORY.webSecret).update(`${username}${STORY.webClient}`).digest('base64');
/** With the proof of the client that has a secret. */
export const from = (ClientId: string, username: string, AuthFlow: string, parameters: object) => ({
  ClientId,
  AuthFlow,
  AuthParameters: {
    ...parameters,
    ...(ClientId === STORY.webClient ? { SECRET_HASH: secretHash(username) } : {}),
  },
});
export const byPassword = (USERNAME: string, PASSWORD: string, ClientId: string = STORY.publicClient) =>
  api('InitiateAuth', from(ClientId, USERNAME, 'USER_PASSWORD_AUTH', { USERNAME, PASSWORD }));

export interface Tokens {
  AccessToken: string;
  RefreshToken: string;
}
export const tokensOf = async (username: string, client: string = STORY.publicClient): Promise<Tokens> =>
  (await done(byPassword(username, PASSWORD, client))).AuthenticationResult;
export const oauth = async (path: string, fields: Record<string, string>) => {
  const answer = await service.send(`${hosted}/oauth2/${path}`, {
    method: 'POST',
    body: new URLSearchParams(fields),
  });
  const text = await answer.text();
  return { status: answer.status, body: (text ? JSON.parse(text) : {}) as Record<string, string> };
};
export const holds = async (AccessToken = '') => (await api('GetUser', { AccessToken })).status === 200;
export const userInfo = async (token = '') =>
  (await service.send(`${hosted}/oauth2/userInfo`, { headers: { authorization: `Bearer ${token}` } })).status;

/** A proof of a password that is not the account's: any signature is one. */
export async function bySrp(USERNAME: string, seed: string): Promise<ApiAnswer> {
  const SRP_A = randomBytes(380).toString('hex');
  const asked = await api(
    'InitiateAuth',
    from(STORY.publicClient, USERNAME, 'USER_SRP_AUTH', { USERNAME, SRP_A }),
  );
  if (asked.status !== 200) return asked;
  const { Session, ChallengeParameters } = asked.body;
  const at = new Date().toUTCString().split(' ');
  return api('RespondToAuthChallenge', {
    ClientId: STORY.publicClient,
    ChallengeName: 'PASSWORD_VERIFIER',
    Session,
    ChallengeResponses: {
      USERNAME: ChallengeParameters.USER_ID_FOR_SRP,
      PASSWORD_CLAIM_SECRET_BLOCK: ChallengeParameters.SECRET_BLOCK,
      PASSWORD_CLAIM_SIGNATURE: createHmac('sha256', seed).update('x').digest('base64'),
      TIMESTAMP: `${at[0]?.slice(0, 3)} ${at[2]} ${Number(at[1])} ${at[4]} UTC ${at[3]}`,
    },
  });
}
