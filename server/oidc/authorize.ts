/**
 * `/oauth2/authorize`, `/login` when it is opened directly, and the way back from the sign-in page. A request is
 * checked by `dialect/authorize-request.ts`, then handed to the library in a form that it understands.
 */
import type { Context } from 'koa';
import { record } from '../audit.ts';
import type { Pool } from '../pool.ts';
import { readIdTokenHint } from '../tokens/id-token-hint.ts';
import { LIBRARY_PATHS } from './configuration.ts';
import { browserOf, dropInteractionCookie } from './cookies.ts';
import {
  checkClient,
  checkProvider,
  checkRequest,
  promptsOf,
  type Target,
  targetOf,
} from './dialect/authorize-request.ts';
import { CARRIED, type Carried } from './dialect/carried.ts';
import { ClientFault, PageFault } from './dialect/errors.ts';
import { type RawQuery, readQuery } from './dialect/raw-query.ts';
import { answerClient, RESPONSE_MODES } from './dialect/response-modes.ts';
import { type Handled, type HandOver, handOver } from './hand-over.ts';
import type { Opening } from './opening.ts';
import { pageHandler, toErrorPage } from './redirect.ts';
import { endSessionOfAnother, resumedInteraction } from './resumed-interaction.ts';

/** Parameters that the library handles itself; everything else that matters is checked and carried by us. */
const PASSED_ON = ['nonce', 'max_age', 'login_hint', 'ui_locales'] as const;

export function openAuthorize(opening: Opening) {
  const handler = (work: (ctx: Context) => Promise<void>) => pageHandler(opening.address, ['GET'], work);
  return {
    authorize: handler((ctx) => begin(opening, ctx, false)),
    resume: handler((ctx) => goOn(opening, ctx)),
    login: handler((ctx) => begin(opening, ctx, true)),
  };
}

/** @param page show the sign-in page even to someone whose session lives */
async function begin(opening: Opening, ctx: Context, page: boolean): Promise<void> {
  const { pool, cookies } = opening;
  const query = readQuery(ctx.querystring);
  const { client, redirectUri } = await checkClient(pool, query);
  const target = targetOf(query, redirectUri);
  await checkProvider(pool, client, query);
  await tellingClient(opening, ctx, target, async () => {
    const scopes = checkRequest(pool, client, query);
    const prompts = promptsOf(query);
    const sub = await hintedPerson(pool, query);
    const browser = browserOf(ctx, cookies);
    const shows = page || prompts.includes('select_account');
    const carried: Carried = { query: query.text, target, scopes, page: shows, sub, browser };
    const seen = forLibrary(query, carried, client.id, prompts);
    const { answered, account } = await toLibrary(opening, ctx, target, {
      path: LIBRARY_PATHS.authorization,
      query: seen,
      client,
    });
    // Whoever sees a page is on record by what they do there.
    if (answered)
      record(ctx, {
        event: 'single-sign-on',
        outcome: 'success',
        pool: pool.id,
        client: client.id,
        account,
      });
  });
}

async function hintedPerson(pool: Pool, query: RawQuery): Promise<string | undefined> {
  const hint = query.get('id_token_hint');
  if (hint === undefined) return undefined;
  const read = await readIdTokenHint(pool, hint);
  if (!read) throw new ClientFault('invalid_request', 'id_token_hint is not an ID token of this pool');
  return read.sub;
}

/** Ends the way through the sign-in page: the library finds the interaction again by the cookie that it set. */
async function goOn(opening: Opening, ctx: Context): Promise<void> {
  const { uid, interaction, carried } = await resumedInteraction(opening, ctx);
  const { target } = carried;
  await tellingClient(opening, ctx, target, async () => {
    const { error, error_description: description = '' } = interaction.result ?? {};
    if (error) {
      await interaction.destroy();
      throw new ClientFault(String(error), String(description));
    }
    await endSessionOfAnother(opening, ctx, interaction);
    const path = `${LIBRARY_PATHS.authorization}/${encodeURIComponent(uid)}`;
    await toLibrary(opening, ctx, target, { path });
  });
}

async function toLibrary(
  { provider, address, cookies }: Opening,
  ctx: Context,
  target: Target,
  request: Omit<HandOver, 'onFault'>,
): Promise<Handled> {
  const handed = await handOver(provider, address, ctx, {
    ...request,
    // What the library would show on a page of its own.
    onFault(inner, { error }) {
      if (error === 'server_error') answerClient(inner, target, { error });
      else toErrorPage(inner, address, new PageFault(error));
    },
  });
  dropInteractionCookie(ctx, cookies);
  return handed;
}

/** Once the client and its address are known, whatever goes wrong is told to it (HUI-104). */
async function tellingClient(
  { pool }: Opening,
  ctx: Context,
  target: Target,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof ClientFault)
      return answerClient(ctx, target, { error: error.error, error_description: error.description });
    (ctx.state['log'] ?? pool.log).error({ err: error }, 'an authorize request failed');
    answerClient(ctx, target, { error: 'server_error' });
  }
}

/** The query that the library sees: written anew, so that nothing unchecked reaches it. */
function forLibrary(
  query: RawQuery,
  carried: Carried,
  clientId: string,
  prompts: string[],
): Record<string, string> {
  const { target } = carried;
  const written: Record<string, string> = {
    client_id: clientId,
    redirect_uri: target.redirectUri,
    response_type: 'code',
    response_mode: RESPONSE_MODES[target.channel],
    scope: 'openid',
    [CARRIED]: JSON.stringify(carried),
  };
  // There is nothing to consent to, and choosing an account happens on the sign-in page.
  for (const prompt of ['none', 'login']) if (prompts.includes(prompt)) written['prompt'] = prompt;
  const passed =
    target.channel === 'query' ? [...PASSED_ON, 'code_challenge', 'code_challenge_method'] : PASSED_ON;
  for (const name of passed) {
    const value = query.get(name);
    if (value !== undefined) written[name] = value;
  }
  return written;
}
