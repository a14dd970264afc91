/** What an application pushes, and where it sends the browser with the answer (RFC 9126). */
import assert from 'node:assert/strict';
import type { Client } from '../../pool.ts';
import { type Answer, basic, form, post } from './requests.ts';
import { CALLBACK, type Stage } from './stage.ts';

export type Parameters = Record<string, string | undefined>;

/** A pool whose clients push. */
export const PUSHING = { 'foyer:profile': 'openid', 'foyer:oauth-features': 'par' };

/** The parameters of an authorize request, with these over the usual ones. */
export const pushing = (client: Client, given: Parameters = {}): Parameters => ({
  client_id: client.id,
  response_type: 'code',
  redirect_uri: CALLBACK,
  scope: 'openid',
  state: 'a state',
  ...given,
});

export const push = (stage: Stage, client: Client, given?: Parameters): Promise<Answer> =>
  post(stage, '/oauth2/par', pushing(client, given), client.secret === undefined ? {} : basic(client));

/** The name of a request that was pushed. */
export async function pushed(stage: Stage, client: Client, given?: Parameters): Promise<string> {
  const { status, body } = await push(stage, client, given);
  assert.equal(status, 201, JSON.stringify(body));
  return String(body['request_uri']);
}

/** The address that the application sends the browser to. */
export const opening = (client: Client, request_uri: string, given: Parameters = {}) =>
  `/oauth2/authorize?${form({ client_id: client.id, request_uri, ...given })}`;

export const errorIn = (location: string) => new URL(location).searchParams.get('error');
