/**
 * The browser is back from a provider. What it brings is worth nothing until the transaction says that this browser was
 * sent there: whoever brings another's state, an old one or none sees a page, and no application hears of it (FED-26).
 * From then on whatever goes wrong is told to the application (FED-140), its cause to the log alone.
 */
import { randomBytes } from 'node:crypto';
import type { Context } from 'koa';
import { type Answer, ProviderFault } from '#federation/provider.ts';
import { signInFederated } from '../../accounts/federation/sign-in-federated.ts';
import { limitRate } from '../../accounts/limits/limit-rate.ts';
import { newAttempt } from '../../accounts/sign-in/attempt.ts';
import { findProvider } from '../../configuration/identity-providers/find-provider.ts';
import { Refusal } from '../../errors.ts';
import type { InteractionBridge } from '../../oidc/interaction.ts';
import type { Pool } from '../../pool.ts';
import { auditProviderRefused } from '../audit-form.ts';
import { readForm, UnreadableForm } from '../form.ts';
import type { FlowAddress } from '../links.ts';
import { setPageHeaders } from '../page-headers.ts';
import { PATHS } from '../paths.ts';
import type { SpecialPages } from '../special-pages.ts';
import type { Outcome, Visit } from '../step.ts';
import type { Visits } from '../visit.ts';
import { beginsAtProvider } from './begins-at-provider.ts';
import { endpointOf, opened } from './leave.ts';
import { ENDPOINTS, type Endpoint, type Transaction, type Transactions } from './transactions.ts';

interface Returning {
  pool: Pool;
  bridge: InteractionBridge;
  address: FlowAddress;
  visits: Visits;
  special: SpecialPages;
  transactions: Transactions;
  go(visit: Visit, outcome: Outcome): Promise<void>;
}

const POSTED = 'provider-post';
/** The way from the post to our own address. */
const POSTED_MS = 60_000;
/** A SAML response has 100,000 characters at most, and a form writes some of them as three. */
const MOST_BYTES = 400_000;

/** What the parameter with the state is called. */
const STATE = { oauth2: 'state', saml2: 'RelayState' } as const;

export function openReturn(at: Returning) {
  const { pool, special, transactions } = at;

  /**
   * A post from another site comes without our cookies, as it should (FED-29). What it brings is kept for a moment, and
   * the browser fetches it from us by GET, with its cookies.
   */
  async function posted(ctx: Context, endpoint: Endpoint): Promise<void> {
    const form = await readForm(ctx, MOST_BYTES);
    const state = form[STATE[endpoint]];
    if (!state || !(await transactions.waits(state, endpoint))) {
      const begins = endpoint === 'saml2' ? await beginsAtProvider(pool, form) : undefined;
      if (!begins) return special.error(ctx, 'provider_answer');
      setPageHeaders(ctx);
      ctx.redirect(`${at.address.mountPath}${PATHS['sign-in']}?${begins}`);
      ctx.status = 303;
      return;
    }
    const id = randomBytes(32).toString('base64url');
    await pool.sessions.put(POSTED, id, { form }, pool.clock.now() + POSTED_MS);
    setPageHeaders(ctx);
    ctx.redirect(`${at.address.mountPath}${ENDPOINTS[endpoint]}?posted=${id}`);
    ctx.status = 303;
  }

  /** What the provider sent, and how; undefined when that cannot be told for certain. */
  async function brought(ctx: Context): Promise<Pick<Answer, 'method' | 'parameters'> | undefined> {
    const id = ctx.query['posted'];
    if (typeof id === 'string') {
      const kept = await pool.sessions.take<{ form: Record<string, string> }>(POSTED, id);
      return kept && { method: 'POST', parameters: kept.form };
    }
    const parameters: Record<string, string> = {};
    for (const [name, value] of Object.entries(ctx.query)) {
      if (typeof value !== 'string') return undefined;
      parameters[name] = value;
    }
    return { method: 'GET', parameters };
  }

  async function fetched(ctx: Context, endpoint: Endpoint): Promise<void> {
    setPageHeaders(ctx);
    const answer = await brought(ctx);
    const state = answer?.parameters[STATE[endpoint]];
    const transaction = state ? await transactions.end(ctx, state, endpoint) : undefined;
    if (!answer || !state || !transaction) return special.error(ctx, 'provider_answer');
    const visit = await at.visits.open(ctx, transaction.uid);
    if (!visit) return special.error(ctx, 'interaction_expired');
    const callbackUrl = at.address.base + ENDPOINTS[endpoint];
    const { kept } = transaction;
    try {
      await limitRate(pool, 'user-authentication');
      await finish(visit, transaction, { ...answer, callbackUrl, kept, state });
    } catch (error) {
      await told(visit, transaction, error);
    }
    leave(visit);
  }

  async function finish(visit: Visit, { provider: name, endpoint }: Transaction, answer: Answer) {
    const provider = await findProvider(pool, name);
    const enabled = visit.client.settings.SupportedIdentityProviders.includes(name);
    // Deleted, taken off the client, or made anew as another, since the browser left (ATK-39).
    if (!provider || !enabled || endpointOf(provider) !== endpoint)
      throw new ProviderFault('configuration', `${name} is not enabled for the client any more`, {
        error: 'invalid_request',
        description: 'Login option is not available',
      });
    const proven = await opened(pool, provider).finish(answer);
    const account = await signInFederated(pool, visit.client, provider, proven);
    const attempt = newAttempt(pool, {
      id: visit.interaction.uid,
      client: visit.client,
      account,
      typed: '',
      proven: ['provider'],
    });
    const through = proven.session && { provider: name, session: proven.session };
    await at.go(visit, { began: { attempt, account }, through });
  }

  /**
   * The redirect becomes a page that leads on at once. The browser may still be following a form of the provider's, and
   * Chromium follows it no further than the provider's `form-action` allows: to us, but not to the application.
   */
  function leave(visit: Visit): void {
    const { ctx } = visit;
    const to = ctx.response.get('Location');
    ctx.remove('Location');
    special.onward(visit, to);
  }

  /** Tells the application that nobody signed in. */
  async function told(visit: Visit, { provider }: Transaction, error: unknown): Promise<void> {
    const { ctx, interaction } = visit;
    const log = ctx.state['log'] ?? pool.log;
    const fault = faultOf(error);
    if (fault.unexpected) log.error({ err: error, provider }, 'a sign-in through a provider failed');
    else
      log.warn(
        { reason: fault.reason, why: fault.why, provider },
        'a sign-in through a provider was refused',
      );
    auditProviderRefused(visit, fault.reason, fault.unexpected);
    ctx.redirect(await at.bridge.deny(interaction, fault));
    ctx.status = 302;
  }

  return (endpoint: Endpoint) =>
    async (ctx: Context): Promise<void> => {
      try {
        const gets = ctx.method === 'GET' && (endpoint === 'oauth2' || ctx.query['posted'] !== undefined);
        if (gets) await fetched(ctx, endpoint);
        else if (ctx.method === 'POST') await posted(ctx, endpoint);
        else {
          ctx.status = 405;
          ctx.set('allow', endpoint === 'oauth2' ? 'GET, POST' : 'POST');
          ctx.body = '';
        }
      } catch (error) {
        if (!(error instanceof UnreadableForm)) throw error;
        special.refused(ctx, error.status);
      }
    };
}

interface Told {
  error: string;
  description: string;
  /** For the audit and the log. */
  reason: string;
  why?: string;
  /** A fault of ours or of a store. */
  unexpected: boolean;
}

function faultOf(error: unknown): Told {
  if (error instanceof ProviderFault) {
    const { reason, message } = error;
    const { cause } = error;
    const why = cause instanceof Error ? `${message}: ${cause.message}` : message;
    return {
      error: error.error,
      description: error.description,
      reason: `provider-${reason}`,
      why,
      unexpected: false,
    };
  }
  if (error instanceof Refusal) {
    const { reason, message: description } = error;
    const code = TOLD_AS[reason] ?? 'invalid_request';
    return { error: code, description, reason, unexpected: false };
  }
  return {
    error: 'server_error',
    description: 'Exception processing authorization code',
    reason: 'provider-failed',
    unexpected: true,
  };
}

const TOLD_AS: Partial<Record<Refusal['reason'], string>> = {
  busy: 'temporarily_unavailable',
  'too-many-requests': 'temporarily_unavailable',
  'user-disabled': 'access_denied',
};
