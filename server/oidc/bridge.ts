/** The bridge between pages and the library: interactions found, bound to their browser, and ended once. */
import type { Context } from 'koa';
import type Provider from 'oidc-provider';
import type { AdapterPayload, InteractionResults } from 'oidc-provider';
import { Refusal } from '../errors.ts';
import type { Pool } from '../pool.ts';
import { PAGE_ASKED } from './configuration.ts';
import { type Cookies, isBrowser } from './cookies.ts';
import { carriedBy } from './dialect/carried.ts';
import { type RawQuery, readQuery } from './dialect/raw-query.ts';
import { endInteraction } from './end-interaction.ts';
import { findSession } from './hosted-session.ts';
import type { AskedConsent, Interaction, InteractionBridge } from './interaction.ts';
import type { Opening } from './opening.ts';

export function openBridge({
  pool,
  provider,
  cookies,
}: Pick<Opening, 'pool' | 'provider' | 'cookies'>): InteractionBridge {
  return {
    find: (ctx, uid) => find(provider, cookies, ctx, uid),

    finish: (_, { uid }, { accountId, epoch, authTime, through }) =>
      end(
        pool,
        uid,
        // Whoever has just signed in has chosen their account.
        { login: { accountId, epoch, through, ts: Math.floor(authTime / 1000) }, select_account: {} },
        false,
      ),

    deny: ({ uid }, { error, description }) =>
      end(pool, uid, { error, error_description: description }, true),

    async consent(ctx, { uid, consent }) {
      const session = await findSession(provider, ctx);
      if (!consent || session?.accountId !== consent.accountId) throw new Refusal('attempt-expired');
      return end(pool, uid, { consent: {} }, true);
    },

    async continueSession(ctx, { uid, signedInAs }) {
      const session = await findSession(provider, ctx);
      if (!signedInAs || session?.accountId !== signedInAs) throw new Refusal('attempt-expired');
      return end(pool, uid, { continued: true }, true);
    },
  };
}

async function find(
  provider: Provider,
  cookies: Cookies,
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

function end(
  pool: Pick<Pool, 'sessions'>,
  uid: string,
  result: InteractionResults,
  keepSession: boolean,
): Promise<string> {
  return endInteraction(pool, uid, (current) => {
    // A fresh sign-in does not care whose session the browser had before; see `resumed-interaction.ts`. Nor does it
    // take over what was answered by then: that may have been somebody else.
    const earlier = keepSession ? current.lastSubmission : undefined;
    const done = { ...earlier, ...result, ...answersPrompt(current) };
    return { ...current, result: done, session: keepSession ? current.session : undefined };
  });
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
