/**
 * Clients that register themselves (RFC 7591, OpenID Connect Registration 1.0) and look after their registration
 * (RFC 7592). What they make are app clients of the pool like all others, made by the same rules and seen by the same
 * operations. Neighbours: `configuration/` makes and changes clients, `configuration/openid/` says what their settings
 * may be. Never: a client of a stranger. Whoever registers one shows an access token that the operator's own client got,
 * and whoever changes one shows the token that it was given then.
 *
 * This file: requests and answers.
 */
import type { Context } from 'koa';
import { countFailure, refuseAfterFailures, takeTurn } from '../../../accounts/limits/take-turn.ts';
import { addressOf, record } from '../../../audit.ts';
import { FEATURES_TAG, poolFeatures } from '../../../configuration/openid/features.ts';
import { Refusal } from '../../../errors.ts';
import type { Client, Pool } from '../../../pool.ts';
import type { Address } from '../../cookies.ts';
import { allowsScript } from '../../methods.ts';
import { OPENID_PATHS } from '../paths.ts';
import { changeRegistered, deleteRegistered, findRegistered } from './manage-client.ts';
import { readRegistration } from './read-registration.ts';
import { REGISTRATION_SCOPE, registerClient, verifyInitialToken } from './register-client.ts';
import { RegistrationFault } from './registration-fault.ts';
import { shownClient } from './shown-client.ts';

type Handler = (ctx: Context) => Promise<void>;

export function openRegistration(
  pool: Pool,
  address: Address,
): { registration: Handler; registeredClient: Handler } {
  /** What a client is told of itself (RFC 7591 section 3.2.1, RFC 7592 section 3). */
  const told = (client: Client, token: string) => ({
    ...shownClient(pool, client),
    registration_access_token: token,
    registration_client_uri: `${address.base}${OPENID_PATHS.registration}/${client.id}`,
  });

  /**
   * Whoever has a token may be a program that went wrong: people sign up more slowly too. Whoever has none is not counted
   * here, or strangers could use up what the people of their network need to sign up.
   */
  const countWrite = (ctx: Context) => takeTurn(pool, 'sign-ups', addressOf(ctx));

  async function register(ctx: Context): Promise<void> {
    await verifyInitialToken(pool, bearerOf(ctx));
    await countWrite(ctx);
    const given = await readRegistration(ctx);
    // Once more: a body can be sent slowly, and the token have lost a scope meanwhile.
    const initial = await verifyInitialToken(pool, bearerOf(ctx));
    const { client, token } = await registerClient(pool, initial, given);
    record(ctx, { event: 'client-registration', outcome: 'success', pool: pool.id, client: client.id });
    ctx.status = 201;
    ctx.body = told(client, token);
  }

  async function manage(ctx: Context): Promise<void> {
    const token = bearerOf(ctx);
    const find = () => findRegistered(pool, ctx.path.split('/').at(-1) ?? '', token);
    let client = await find();
    if (ctx.method === 'DELETE') {
      await deleteRegistered(pool, client);
      record(ctx, { event: 'client-deregistration', outcome: 'success', pool: pool.id, client: client.id });
      ctx.status = 204;
      return;
    }
    if (ctx.method === 'PUT') {
      await countWrite(ctx);
      const given = await readRegistration(ctx);
      // As it is now: what the operator took away while the body was sent must not come back with it.
      client = await changeRegistered(pool, await find(), given);
      record(ctx, { event: 'client-registration', outcome: 'success', pool: pool.id, client: client.id });
    }
    ctx.status = 200;
    ctx.body = told(client, token);
  }

  return {
    registration: endpoint(pool, ['POST'], register),
    registeredClient: endpoint(pool, ['GET', 'PUT', 'DELETE'], manage),
  };
}

const endpoint =
  (pool: Pool, methods: string[], work: Handler): Handler =>
  async (ctx) => {
    if (!allowsScript(ctx, methods)) return;
    ctx.set('Cache-Control', 'no-store');
    try {
      if (!poolFeatures(pool).has('registration'))
        throw new RegistrationFault(
          'invalid_request',
          `registration is switched off for this pool (tag ${FEATURES_TAG})`,
        );
      await refuseAfterFailures(pool, 'client-failures', addressOf(ctx));
      await work(ctx);
    } catch (error) {
      await answerFault(pool, ctx, error);
    }
  };

/** RFC 6750 section 2.1: in the header and nowhere else. */
function bearerOf(ctx: Context): string {
  const [, token] = /^Bearer +([\w.~+/=-]+)$/i.exec(ctx.get('authorization')) ?? [];
  if (!token) throw new RegistrationFault('invalid_token', 'an access token is missing');
  return token;
}

async function answerFault(pool: Pool, ctx: Context, error: unknown): Promise<void> {
  if (error instanceof Refusal && error.reason === 'too-many-requests') {
    ctx.status = 429;
    ctx.set('Retry-After', error.details['retryAfter'] ?? '1');
    ctx.body = {
      error: 'temporarily_unavailable',
      error_description: 'Too many requests from this address.',
    };
    return;
  }
  if (!(error instanceof RegistrationFault)) throw error;
  const { code, status, message } = error;
  record(ctx, { event: 'client-registration', outcome: 'refused', reason: code, pool: pool.id });
  ctx.status = status;
  if (status === 401 || status === 403) ctx.set('WWW-Authenticate', challenge(pool, ctx, code));
  ctx.body = { error: code, error_description: message };
  // Counted once it is known to have failed: a token is far too long to be guessed at once.
  if (code === 'invalid_token')
    await countFailure(pool, 'client-failures', addressOf(ctx)).catch((fault: unknown) => {
      if (!(fault instanceof Refusal)) throw fault;
    });
}

/** Whoever showed no token has made no mistake yet (RFC 6750 section 3.1). */
function challenge({ issuer }: Pick<Pool, 'issuer'>, ctx: Context, code: string): string {
  const wrong = [
    `error="${code}"`,
    ...(code === 'insufficient_scope' ? [`scope="${REGISTRATION_SCOPE}"`] : []),
  ];
  return [`Bearer realm="${issuer}"`, ...(ctx.get('Authorization') ? wrong : [])].join(', ');
}
