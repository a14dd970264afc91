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
import type { AskedConsent, Interaction, InteractionBridge } from './interaction.ts';
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
    const { prompt } = found;
    const asksConsent = prompt.name === 'consent';
    const session =
      asksConsent || onlyThePageWasAsked(prompt.reasons) ? await findSession(provider, ctx) : undefined;
    const present = session && session.uid === found.session?.uid ? session.accountId : undefined;
    // Whoever was asked has left: nobody else may answer for them.
    if (asksConsent && !present) return undefined;
    return {
      uid,
      clientId: String(found.params['client_id']),
      query,
      redirectUri: target.redirectUri,
      loginHint: asked.get('login_hint'),
      languages: languagesOf(asked),
      signedInAs: asksConsent ? undefined : present,
      identityProvider: asked.get('identity_provider') || undefined,
      idpIdentifier: asked.get('idp_identifier') || undefined,
      ...(asksConsent && present && { consent: consentOf(prompt.details, present) }),
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
          // A fresh sign-in does not care whose session the browser had before; see `authorize.ts`. Nor does it take
          // over what was answered by then: that may have been somebody else.
          const earlier = keepSession ? current.lastSubmission : undefined;
          const done = { ...earlier, ...result, ...answersPrompt(current) };
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

    async consent(ctx, { uid, consent }) {
      const session = await findSession(provider, ctx);
      if (!consent || session?.accountId !== consent.accountId) throw new Refusal('attempt-expired');
      return end(uid, { consent: {} }, true);
    },

    async continueSession(ctx, { uid, signedInAs }) {
      const session = await findSession(provider, ctx);
      if (!signedInAs || session?.accountId !== signedInAs) throw new Refusal('attempt-expired');
      return end(uid, { continued: true }, true);
    },
  };
}

/**
 * The library knows by its name that a prompt was answered. Signing in is answered by the person who did, and nobody
 * has allowed anything by signing in.
 */
function answersPrompt({ prompt }: AdapterPayload): InteractionResults {
  return prompt?.name === 'select_account' ? { select_account: {} } : {};
}

/** As the policy of the `openid` profile wrote it when the person was to be asked. */
function consentOf(details: unknown, accountId: string): Interaction['consent'] {
  const { scopes, claims, resources } = details as AskedConsent;
  return { scopes, claims, resources, accountId };
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
