/**
 * One person's life with an application: they sign up, confirm, sign in, refresh and reset their password, and write
 * down whatever an answer acknowledged.
 */
import { type HttpSession, openHttpSession, type Page } from '../http-session.ts';
import type { MailServer } from '../mail-server.ts';
import { openSignIn, PASSWORD, type TokenAnswer, token } from '../person.ts';
import { STORY } from '../story-pool.ts';

/** What one person was told. */
export interface Ledger {
  email: string;
  /** The page after the sign-up form was shown. */
  account: boolean;
  /** The page after the confirmation form was shown. */
  confirmed: boolean;
  /** The last that was acknowledged, and one that was sent and not answered. */
  password: string;
  maybePassword?: string;
  /** Authorization codes, and whether their redemption was acknowledged. */
  codes: Map<string, boolean>;
  /** Refresh tokens, each good once; in the order in which they were given. */
  refreshTokens: Map<string, boolean>;
  /** Codes that reset a password, by mail. */
  resetCodes: Map<string, boolean>;
}

export const newLedger = (email: string): Ledger => ({
  email,
  account: false,
  confirmed: false,
  password: PASSWORD,
  codes: new Map(),
  refreshTokens: new Map(),
  resetCodes: new Map(),
});

/** A client whose refresh tokens are good once. */
export const ROTATING_CLIENT = 'storyrotatingclient0000001';

/** What everybody's password becomes. */
export const NEXT_PASSWORD = `${PASSWORD}-again`;

/** The request was not answered, or answered with 503: nobody knows whether it had an effect. */
export class Interrupted extends Error {}

interface Life {
  hosted: string;
  mail: Pick<MailServer, 'codeFor'>;
  ledger: Ledger;
  told: () => void;
  isOver: () => boolean;
}

/** @throws Interrupted when something was not answered, another error for an answer that is neither yes nor "not now" */
export async function liveOnce(life: Life): Promise<void> {
  const { ledger, told, mail, isOver } = life;
  const session = watched(openHttpSession());
  const confirm = await signUp(life, session);
  ledger.account = true;
  told();

  const code = mail.codeFor(ledger.email);
  if (!code) throw new Interrupted();
  const done = await session.submit(confirm, { code }, /\/confirm\b/);
  if (done.status !== 302 && done.status !== 303) throw begunAnew(done);
  ledger.confirmed = true;
  told();
  await redeem(life, await follow(life, session, done));

  for (let n = 0; n < 2 && !isOver(); n++) {
    await redeem(life, await signInAgain(life));
    await refresh(life);
  }
  if (!isOver()) await resetPassword(life);
}

async function signUp({ hosted, ledger }: Life, session: HttpSession): Promise<Page> {
  const signIn = await openForm(session, hosted);
  const link = /href="([^"]*\/signup[^"]*)"/.exec(signIn.body)?.[1]?.replaceAll('&amp;', '&');
  if (!link) throw begunAnew(signIn);
  const form = await session.get(new URL(link, signIn.url).href);
  const answer = await session.submit(form, { username: ledger.email, password: ledger.password });
  if (!answer.location?.includes('/confirm?')) throw begunAnew(answer);
  const confirm = await session.follow(answer, hosted);
  // What was kept of the sign-in may have ended with the store that died.
  if (confirm.status !== 200) throw begunAnew(confirm);
  return confirm;
}

/** The sign-in page. While sessions cannot be kept, the application is told so instead (HUI-104). */
export async function openForm(session: HttpSession, hosted: string): Promise<Page> {
  const page = await openSignIn(session, hosted, { client_id: ROTATING_CLIENT });
  if (page.location === `${STORY.callback}?error=server_error&state=a+state`) throw new Interrupted();
  return page;
}

/** Follows to the application and gives the code that it gets. */
async function follow({ hosted, ledger, told }: Life, session: HttpSession, page: Page): Promise<string> {
  const { location } = await session.follow(page, hosted);
  const code = location?.startsWith(STORY.callback) ? new URL(location).searchParams.get('code') : undefined;
  if (!code) throw begunAnew(page);
  ledger.codes.set(code, false);
  told();
  return code;
}

async function signInAgain(life: Life): Promise<string> {
  const { hosted, ledger } = life;
  const session = watched(openHttpSession());
  const form = await openForm(session, hosted);
  const page = await session.submit(form, { username: ledger.email, password: ledger.password });
  return follow(life, session, page);
}

async function redeem({ hosted, ledger, told }: Life, code: string): Promise<void> {
  const { status, body } = await answered(redeemCode(hosted, code));
  if (status !== 200) throw new Interrupted();
  ledger.codes.set(code, true);
  ledger.refreshTokens.set(body['refresh_token'] ?? '', false);
  told();
}

async function refresh({ hosted, ledger, told }: Life): Promise<void> {
  const [last = ''] = [...ledger.refreshTokens.keys()].slice(-1);
  const { status, body } = await answered(useRefreshToken(hosted, last));
  if (status !== 200) throw new Interrupted();
  ledger.refreshTokens.set(last, true);
  ledger.refreshTokens.set(body['refresh_token'] ?? '', false);
  told();
}

async function resetPassword({ hosted, ledger, told, mail }: Life): Promise<void> {
  const session = watched(openHttpSession());
  const signIn = await openForm(session, hosted);
  const page = (path: string) => signIn.url.replace(/\/login\?/, `/${path}?`);
  const before = mail.codeFor(ledger.email);
  const asked = await session.submit(await session.get(page('forgotPassword')), { username: ledger.email });
  const form = await session.follow(asked, hosted);
  const code = mail.codeFor(ledger.email);
  if (!code || code === before) throw new Interrupted();
  ledger.resetCodes.set(code, false);
  ledger.maybePassword = NEXT_PASSWORD;
  const done = await session.submit(form, { code, password: ledger.maybePassword });
  if (!done.location?.includes('/login?')) throw begunAnew(done);
  ledger.resetCodes.set(code, true);
  ledger.password = ledger.maybePassword;
  ledger.maybePassword = undefined;
  told();
}

export const redeemCode = (hosted: string, code: string) =>
  token(hosted, {
    client_id: ROTATING_CLIENT,
    grant_type: 'authorization_code',
    code,
    redirect_uri: STORY.callback,
  });

export const useRefreshToken = (hosted: string, refreshToken: string) =>
  token(hosted, { client_id: ROTATING_CLIENT, grant_type: 'refresh_token', refresh_token: refreshToken });

/** A session whose answers are looked at: 503 with the time to come again interrupts, other faults are unclear. */
function watched(session: HttpSession): HttpSession {
  const look = async (page: Promise<Page>): Promise<Page> => {
    const { status, url, headers, body } = await unlessCut(page);
    if (status === 503 && headers.has('retry-after')) throw new Interrupted();
    if (status >= 500) throw new Error(`${status} at ${new URL(url).pathname}: ${body.slice(0, 200)}`);
    return page;
  };
  const watching: HttpSession = {
    ...session,
    get: (url, headers) => look(session.get(url, headers)),
    post: (url, fields, headers) => look(session.post(url, fields, headers)),
    submit: (page, fields, form) => look(session.submit(page, fields, form)),
    async follow(page, within) {
      let current = page;
      while (current.location?.startsWith(within)) current = await watching.get(current.location);
      return current;
    },
  };
  return watching;
}

async function answered(call: Promise<TokenAnswer>): Promise<TokenAnswer> {
  const { status, body } = await unlessCut(call);
  if (status === 503 && body['error'] === 'temporarily_unavailable') throw new Interrupted();
  if (status >= 500) throw new Error(`${status} from the token endpoint: ${JSON.stringify(body)}`);
  return { status, body };
}

/** A connection that was refused, or cut before the answer. */
async function unlessCut<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof TypeError && error.cause) throw new Interrupted();
    throw error;
  }
}

/** The page that was expected did not come, because what it stands on was lost: the person starts over. */
function begunAnew({ status, url }: Page): Error {
  return status < 500 ? new Interrupted() : new Error(`${status} at ${new URL(url).pathname}`);
}
