/** The bridge between pages and the library: interactions found, bound to their browser, and ended once. */
import type { Context } from 'koa';
import type Provider from 'oidc-provider';
import type { AdapterPayload, InteractionResults } from 'oidc-provider';
import { Missing } from '#adapters/errors.ts';
import { Refusal } from '../errors.ts';
import type { Pool } from '../pool.ts';
import { PAGE_ASKED } from './configuration.ts';
import { type Cookies, isBrowser } from './cookies.ts';
import { carriedBy } from './dialect/carried.ts';
import { type RawQuery, readQuery } from './dialect/raw-query.ts';
import { findSession } from './hosted-session.ts';
import type { Interaction, InteractionBridge } from './interaction.ts';
import { hashed, KINDS } from './storage.ts';

export function openBridge(
  pool: Pick<Pool, 'sessions'>,
  provider: Provider,
  cookies: Cookies,
): InteractionBridge {
  async function find(
    ctx: Context,
    uid: unknown = ctx.query['interaction'],
  ): Promise<Interaction | undefined> {
    if (typeof uid !== 'string') return undefined;
    const found = await provider.Interaction.find(uid);
    if (!found || found.result) return undefined;
    const { query, asked: named = query, target, browser } = carriedBy(found.params);
    if (!isBrowser(ctx, cookies, browser)) return undefined;
    const asked = readQuery(named);
    const session = onlyThePageWasAsked(found.prompt.reasons) ? await findSession(provider, ctx) : undefined;
    return {
      uid,
      clientId: String(found.params['client_id']),
      query,
      redirectUri: target.redirectUri,
      loginHint: asked.get('login_hint'),
      languages: languagesOf(asked),
      signedInAs: session && session.uid === found.session?.uid ? session.accountId : undefined,
      identityProvider: asked.get('identity_provider') || undefined,
      idpIdentifier: asked.get('idp_identifier') || undefined,
    };
  }

  /** In one step, so that of two posts of the same form one ends the interaction. */
  async function end(uid: string, result: InteractionResults, keepSession: boolean): Promise<string> {
    try {
      const { returnTo } = await pool.sessions.update<AdapterPayload>(
        KINDS.Interaction,
        hashed(uid),
        (current) => {
          if (current.result) throw new Refusal('attempt-expired');
          // A fresh sign-in does not care whose session the browser had before; see `authorize.ts`.
          const { lastSubmission } = current;
          const done = { ...lastSubmission, ...result, ...answersPrompt(current) };
          return { ...current, result: done, session: keepSession ? current.session : undefined };
        },
      );
      return returnTo ?? '';
    } catch (error) {
      throw error instanceof Missing ? new Refusal('attempt-expired') : error;
    }
  }

  return {
    find,

    finish: (_, { uid }, { accountId, epoch, authTime, through }) =>
      end(
        uid,
        // Whoever has just signed in has chosen their account.
        { login: { accountId, epoch, through, ts: Math.floor(authTime / 1000) }, select_account: {} },
        false,
      ),

    deny: ({ uid }, { error, description }) => end(uid, { error, error_description: description }, true),

    async continueSession(ctx, { uid, signedInAs }) {
      const session = await findSession(provider, ctx);
      if (!signedInAs || session?.accountId !== signedInAs) throw new Refusal('attempt-expired');
      return end(uid, { continued: true }, true);
    },
  };
}

/** The library knows by its name that a prompt was answered; that of signing in is answered by the person alone. */
function answersPrompt({ prompt }: AdapterPayload): InteractionResults {
  return prompt && prompt.name !== 'login' ? { [prompt.name]: {} } : {};
}

/** Otherwise the application wants the person to prove anew who they are, and "continue as" would not do that. */
function onlyThePageWasAsked(reasons: string[]): boolean {
  return reasons.every((reason) => reason === PAGE_ASKED || reason === 'select_account_prompt');
}

/** Language tags of RFC 5646, best first. */
function languagesOf(query: RawQuery): string[] {
  const asked = [query.get('lang'), ...(query.get('ui_locales')?.split(' ') ?? [])];
  return asked.filter((tag) => tag !== undefined).filter((tag) => /^[A-Za-z0-9-]{1,35}$/.test(tag));
}
