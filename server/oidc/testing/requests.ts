/** What an application sends to the endpoints, with its usual values; a test changes what it is about. */
import assert from 'node:assert/strict';
import { decodeJwt, decodeProtectedHeader, type JWTPayload } from 'jose';
import type { Client } from '../../pool.ts';
import type { Browser } from './browser.ts';
import { CALLBACK, type Stage } from './stage.ts';

type Parameters = Record<string, string | undefined>;

/** An authorize request below the pool's address; `undefined` leaves a parameter out. */
export function authorizePath(
  client: { id: string },
  given: Parameters = {},
  path = '/oauth2/authorize',
): string {
  return `${path}?${form({ response_type: 'code', client_id: client.id, redirect_uri: CALLBACK, ...given })}`;
}

export function form(given: Parameters): URLSearchParams {
  const present = Object.entries(given).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return new URLSearchParams(present);
}

export function basic(client: Pick<Client, 'id' | 'secret'>): { authorization: string } {
  return { authorization: `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}` };
}

export interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

/** A post of a form, such as to `/oauth2/token`; an empty answer has an empty body. */
export async function post(
  stage: Stage,
  path: string,
  given: Parameters,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const answer = await fetch(stage.base + path, { method: 'POST', body: form(given), headers });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: text ? JSON.parse(text) : {} };
}

/** Demands that the token endpoint refuses it, and gives the code of the error. */
export async function tokenError(
  stage: Stage,
  given: Parameters,
  headers?: Record<string, string>,
): Promise<unknown> {
  const { status, body } = await post(stage, '/oauth2/token', given, headers);
  assert.equal(status, 400);
  return body['error'];
}

/** What the authorize endpoint tells the client: in the query or in the fragment, never in both. */
export function toldClient({ status, location }: { status: number; location: string }): URLSearchParams {
  assert.equal(status, 302);
  assert.ok(location.startsWith(CALLBACK), location);
  const { search, hash } = new URL(location);
  assert.equal(search === '' || hash === '', true);
  return new URLSearchParams(search || hash.slice(1));
}

/** Redeems a code as the client would. */
export function redeem(
  stage: Stage,
  client: Client,
  code: string | null,
  given: Parameters = {},
): Promise<Answer> {
  const fields = { grant_type: 'authorization_code', code: code ?? '', redirect_uri: CALLBACK, ...given };
  return client.secret === undefined
    ? post(stage, '/oauth2/token', { client_id: client.id, ...fields })
    : post(stage, '/oauth2/token', fields, basic(client));
}

export function refresh(
  stage: Stage,
  client: Client,
  token: unknown,
  given: Parameters = {},
): Promise<Answer> {
  const fields = { grant_type: 'refresh_token', refresh_token: String(token), ...given };
  return client.secret === undefined
    ? post(stage, '/oauth2/token', { client_id: client.id, ...fields })
    : post(stage, '/oauth2/token', fields, basic(client));
}

/** Signs in at the form and returns the code. */
export async function codeFor(
  browser: Browser,
  client: Client,
  username: string,
  given: Parameters = {},
): Promise<string> {
  const end = await browser.signIn(authorizePath(client, given), username);
  const code = end.searchParams.get('code');
  if (!code) throw new Error(`no code came back: ${end}`);
  return code;
}

/** Signs in at the form and returns the tokens. */
export async function tokensFor(
  stage: Stage,
  client: Client,
  username: string,
  given: Parameters = {},
): Promise<Record<string, string>> {
  const { body } = await redeem(stage, client, await codeFor(stage.browser(), client, username, given));
  return body as Record<string, string>;
}

export function userInfo(
  stage: Stage,
  token: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${stage.base}/oauth2/userInfo`, {
    headers: { authorization: `Bearer ${token}`, ...headers },
  });
}

/** A token's claims, unverified. */
export const claimsOf = (token: unknown): JWTPayload & Record<string, unknown> => decodeJwt(String(token));

export const headerOf = (token: unknown): object => decodeProtectedHeader(String(token));
