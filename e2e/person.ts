/** What a person does on the hosted pages, and what the application does behind them, without a real browser. */
import assert from 'node:assert/strict';
import { type HttpSession, openHttpSession, type Page } from './http-session.ts';
import type { Foyer } from './start.ts';
import { STORY } from './story-pool.ts';

export const PASSWORD = 'Correct-Horse-7';

/** Somebody for `users` of a pool file: `<name>@example.com`, whose address is proven. */
export const poolFileUser = (name: string) => ({
  username: `${name}@example.com`,
  password: PASSWORD,
  attributes: { email: `${name}@example.com`, email_verified: 'true' },
});

/** The story pool's address at a process. */
export const hostedAt = (foyer: Pick<Foyer, 'url'>) => `${foyer.url}/${STORY.domain}`;

export function authorizeUrl(hosted: string, extra: Record<string, string> = {}): string {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: STORY.publicClient,
    redirect_uri: STORY.callback,
    scope: 'openid email aws.cognito.signin.user.admin',
    state: 'a state',
    ...extra,
  });
  return `${hosted}/oauth2/authorize?${query}`;
}

/** Opens the sign-in page as an application's redirect does. */
export async function openSignIn(
  session: HttpSession,
  hosted: string,
  extra?: Record<string, string>,
): Promise<Page> {
  return session.follow(await session.get(authorizeUrl(hosted, extra)), hosted);
}

/** Creates an account up to the page that asks for the code. */
export async function signUp(session: HttpSession, hosted: string, email: string): Promise<Page> {
  const signIn = await openSignIn(session, hosted);
  const link = /href="([^"]*\/signup[^"]*)"/.exec(signIn.body)?.[1]?.replaceAll('&amp;', '&');
  assert.ok(link, 'the sign-in page has a link to sign up');
  const form = await session.get(new URL(link, signIn.url).href);
  return session.follow(await session.submit(form, { username: email, password: PASSWORD }), hosted);
}

/** The newest code that was mailed to the address. */
export async function mailedCode(foyer: Pick<Foyer, 'mailbox'>, email: string): Promise<string> {
  const mail = (await foyer.mailbox()).find((message) => message.to === email);
  const code = /\b\d{6}\b/.exec(mail?.text ?? '')?.[0];
  assert.ok(code, `a code was mailed to ${email}`);
  return code;
}

/** The answer that the browser carries back to the application. */
export function callbackOf(page: Page): URLSearchParams {
  assert.ok(
    page.location?.startsWith(STORY.callback),
    `the browser is back in the application, not at ${page.url}`,
  );
  return new URL(page.location ?? '').searchParams;
}

/** Creates an account and confirms it; gives the code that the application gets. */
export async function signUpAndConfirm(
  foyer: Pick<Foyer, 'url' | 'mailbox'>,
  email: string,
  session = openHttpSession(),
): Promise<string> {
  const hosted = hostedAt(foyer);
  const confirm = await signUp(session, hosted, email);
  const done = await session.submit(confirm, { code: await mailedCode(foyer, email) }, /\/confirm\b/);
  return callbackOf(await session.follow(done, hosted)).get('code') ?? '';
}

/** Signs in with the password; gives the code that the application gets. */
export async function signIn(hosted: string, email: string, session = openHttpSession()): Promise<string> {
  const page = await session.submit(await openSignIn(session, hosted), {
    username: email,
    password: PASSWORD,
  });
  return callbackOf(await session.follow(page, hosted)).get('code') ?? '';
}

export interface TokenAnswer {
  status: number;
  body: Record<string, string>;
}

/** Calls the token endpoint as the public client, unless the parameters name another. */
export async function token(hosted: string, parameters: Record<string, string>): Promise<TokenAnswer> {
  const response = await fetch(`${hosted}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: STORY.publicClient, ...parameters }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

export const redeem = (hosted: string, code: string) =>
  token(hosted, { grant_type: 'authorization_code', code, redirect_uri: STORY.callback });
