/**
 * The browser is back from a provider. What it brings is worth nothing until the transaction says that this browser was
 * sent there: whoever brings another's state, an old one or none sees a page, and no application hears of it (FED-26).
 * From then on whatever goes wrong is told to the application (FED-140), its cause to the log alone.
 */
import type { Context } from 'koa';
import { type Answer, ProviderFault } from '#federation/provider.ts';
import { signInFederated } from '../../accounts/federation/sign-in-federated.ts';
import { limitRate } from '../../accounts/limits/limit-rate.ts';
import { newAttempt } from '../../accounts/sign-in/attempt.ts';
import { findProvider } from '../../configuration/identity-providers/find-provider.ts';
import type { InteractionBridge } from '../../oidc/interaction.ts';
import type { Pool } from '../../pool.ts';
import { go } from '../go.ts';
import type { FlowAddress } from '../links.ts';
import { notAllowed } from '../not-allowed.ts';
import { setPageHeaders } from '../page-headers.ts';
import { PATHS } from '../paths.ts';
import type { SpecialPages } from '../special-pages.ts';
import type { Visit } from '../step.ts';
import type { Visits } from '../visit.ts';
import { beginsAtProvider } from './begins-at-provider.ts';
import { handlePost, openPosts, POSTED, type Posts } from './brought.ts';
import { endpointOf, opened } from './leave.ts';
import { tellApplication } from './tell-application.ts';
import { ENDPOINTS, type Endpoint, type Transaction, type Transactions } from './transactions.ts';

export interface Returning {
  pool: Pool;
  bridge: InteractionBridge;
  address: FlowAddress;
  visits: Visits;
  special: SpecialPages;
  transactions: Transactions;
}

/** What the parameter with the state is called. */
const STATE = { oauth2: 'state', saml2: 'RelayState' } as const;

/** Answers the addresses to which providers send browsers back. */
export function openReturn(at: Returning) {
  const posts = openPosts(at.pool);
  return (endpoint: Endpoint) =>
    async (ctx: Context): Promise<void> => {
      const gets = ctx.method === 'GET' && (endpoint === 'oauth2' || ctx.query[POSTED] !== undefined);
      if (gets) await fetched(at, posts, ctx, endpoint);
      else if (ctx.method === 'POST') await handlePost(at, ctx, () => posted(at, posts, ctx, endpoint));
      else notAllowed(ctx, endpoint === 'oauth2' ? 'GET, POST' : 'POST');
    };
}

/** The person sees a page that says nothing of what was wrong, which an attacker would like to know; the log does. */
function stop({ special, pool }: Returning, ctx: Context, endpoint: Endpoint, why: string): void {
  const log = ctx.state['log'] ?? pool.log;
  log.info({ why, endpoint }, 'an answer that belongs to no sign-in of this browser was stopped');
  special.error(ctx, 'provider_answer');
}

async function posted(at: Returning, posts: Posts, ctx: Context, endpoint: Endpoint): Promise<void> {
  const form = await posts.read(ctx);
  if (!form) return stop(at, ctx, endpoint, 'repeated-parameter');
  const state = form[STATE[endpoint]];
  const { mountPath } = at.address;
  setPageHeaders(ctx);
  if (state && (await at.transactions.takesPost(state, endpoint))) {
    ctx.redirect(`${mountPath}${ENDPOINTS[endpoint]}?${POSTED}=${await posts.keep(form)}`);
    ctx.status = 303;
    return;
  }
  const begins = endpoint === 'saml2' ? await beginsAtProvider(at.pool, form) : undefined;
  if (!begins) return stop(at, ctx, endpoint, state ? 'no-post-expected' : 'no-state');
  ctx.redirect(`${mountPath}${PATHS['sign-in']}?${begins}`);
  ctx.status = 303;
}

async function fetched(at: Returning, posts: Posts, ctx: Context, endpoint: Endpoint): Promise<void> {
  const { special, transactions } = at;
  setPageHeaders(ctx);
  const answer = await posts.brought(ctx);
  if (!answer) return stop(at, ctx, endpoint, 'nothing-kept-or-repeated-parameter');
  const state = answer.parameters[STATE[endpoint]];
  if (!state) return stop(at, ctx, endpoint, 'no-state');
  const transaction = await transactions.end(ctx, state, endpoint);
  if (typeof transaction === 'string') return stop(at, ctx, endpoint, transaction);
  const visit = await at.visits.open(ctx, transaction.uid);
  if (!visit) return special.error(ctx, 'interaction_expired');
  const callbackUrl = at.address.base + ENDPOINTS[endpoint];
  const { kept } = transaction;
  try {
    await limitRate(at.pool, 'user-authentication');
    await finish(at, visit, transaction, { ...answer, callbackUrl, kept, state });
  } catch (error) {
    await tellApplication(at, visit, transaction, error);
  }
  leadOn(at, visit);
}

async function finish(at: Returning, visit: Visit, transaction: Transaction, answer: Answer): Promise<void> {
  const { pool } = at;
  const { provider: name, endpoint, madeAt } = transaction;
  const provider = await findProvider(pool, name);
  const enabled = visit.client.settings.SupportedIdentityProviders.includes(name);
  // Deleted, taken off the client, or made anew as another, since the browser left (ATK-39): what the browser brings
  // is a secret of the one that was asked.
  if (!provider || !enabled || provider.createdAt !== madeAt || endpointOf(provider) !== endpoint)
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
  await go(at, visit, { began: { attempt, account }, through });
}

/**
 * The redirect becomes a page that leads on at once. The browser may still be following a form of the provider's, and
 * Chromium follows it no further than the provider's `form-action` allows: to us, but not to the application.
 */
function leadOn({ special }: Returning, visit: Visit): void {
  const { ctx } = visit;
  const to = ctx.response.get('Location');
  if (!to) return;
  ctx.remove('Location');
  special.onward(visit, to);
}
