/** Whether what a crowd was told still holds: every account is there, and nothing that is good once is good again. */
import assert from 'node:assert/strict';
import { type HttpSession, openHttpSession, type Page } from '../http-session.ts';
import { STORY } from '../story-pool.ts';
import type { Crowd } from './crowd.ts';
import { Interrupted, type Ledger, openForm, redeemCode, useRefreshToken } from './life.ts';
import { until } from './until.ts';

export interface Findings {
  /** Accounts that were acknowledged. */
  accounts: number;
  /** What was used and tried again: codes, tokens. */
  tried: number;
  /** Accounts, or confirmations or passwords of theirs, that are not there any more. */
  lost: string[];
  /** What was used a second time. */
  usedTwice: string[];
}

const AT_ONCE = 4;

export async function audit(hosted: string, { ledgers }: Pick<Crowd, 'ledgers'>): Promise<Findings> {
  const findings: Findings = { accounts: 0, tried: 0, lost: [], usedTwice: [] };
  const waiting = ledgers.filter(({ account }) => account);
  findings.accounts = waiting.length;
  const work = async () => {
    for (let ledger = waiting.shift(); ledger; ledger = waiting.shift()) {
      // Whichever comes back first ends the sign-in, and the other would be refused for that alone.
      const checks = [tokensAreUsed, codesAreUsed];
      for (const check of waiting.length % 2 ? checks : checks.reverse())
        await check(hosted, ledger, findings);
      await resetCodesAreUsed(hosted, ledger, findings);
      await accountIsThere(hosted, ledger, findings);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return findings;
}

/** The newest first: a token that comes a second time ends the sign-in, and with it all others. */
async function tokensAreUsed(hosted: string, ledger: Ledger, findings: Findings): Promise<void> {
  for (const [token, used] of [...ledger.refreshTokens].reverse())
    await goodOnce(`a refresh token of ${ledger.email}`, used, findings, async () => {
      return (await useRefreshToken(hosted, token)).status === 200;
    });
}

async function codesAreUsed(hosted: string, ledger: Ledger, findings: Findings): Promise<void> {
  for (const [code, used] of ledger.codes)
    await goodOnce(`an authorization code of ${ledger.email}`, used, findings, async () => {
      return (await redeemCode(hosted, code)).status === 200;
    });
}

async function resetCodesAreUsed(hosted: string, ledger: Ledger, findings: Findings): Promise<void> {
  for (const [code, used] of ledger.resetCodes)
    await goodOnce(`a reset code of ${ledger.email}`, used, findings, async (n) => {
      const session = openHttpSession();
      const { url } = await formWhenAnswered(session, hosted);
      const form = await session.get(url.replace(/\/login\?/, '/confirmForgotPassword?'));
      const password = `Another-Horse-${n}`;
      const answer = await session.submit(form, { username: ledger.email, code, password });
      const changed = answer.location?.includes('/login?') ?? false;
      if (changed) Object.assign(ledger, { password, maybePassword: undefined });
      return changed;
    });
}

/** Used already: never again. Used perhaps, when the answer was cut: at most once. */
async function goodOnce(
  what: string,
  used: boolean,
  findings: Findings,
  use: (attempt: number) => Promise<boolean>,
): Promise<void> {
  let uses = used ? 1 : 0;
  for (let n = 0; n < 2; n++) if (await use(n)) uses++;
  findings.tried++;
  if (uses > 1) findings.usedTwice.push(what);
}

async function accountIsThere(hosted: string, ledger: Ledger, findings: Findings): Promise<void> {
  const { email, password, maybePassword } = ledger;
  for (const candidate of [password, ...(maybePassword ? [maybePassword] : [])]) {
    const page = await signInWhenAnswered(hosted, email, candidate);
    if (page.location?.startsWith(`${STORY.callback}?code=`)) return;
    if (page.url.includes('/confirm?')) {
      if (ledger.confirmed) findings.lost.push(`the confirmation of ${email}`);
      return;
    }
  }
  findings.lost.push(`the account ${email}`);
}

/** A store that has just come back may be away again for a moment; "not now" is no answer to whether it lost anything. */
async function signInWhenAnswered(hosted: string, username: string, password: string): Promise<Page> {
  let page: Page | undefined;
  await until(async () => {
    const session = openHttpSession();
    const form = await formWhenAnswered(session, hosted);
    page = await session.follow(await session.submit(form, { username, password }), hosted);
    return page.status !== 503;
  });
  assert.ok(page);
  return page;
}

async function formWhenAnswered(session: HttpSession, hosted: string): Promise<Page> {
  let form: Page | undefined;
  await until(async () => {
    form = await openForm(session, hosted).catch((error) => {
      if (error instanceof Interrupted) return undefined;
      throw error;
    });
    return form !== undefined && form.status !== 503;
  });
  assert.ok(form);
  return form;
}
