import { randomBytes } from 'node:crypto';
import { createClient } from '../../../configuration/create-client.ts';
import { openClient } from '../../../configuration/find-client.ts';
import { newClientSecret } from '../../../configuration/pool-ids.ts';
import { Refusal } from '../../../errors.ts';
import type { Client, Pool } from '../../../pool.ts';
import { type VerifiedClient, verifyClientToken } from '../../../tokens/verify-client-token.ts';
import { hashed } from '../../storage.ts';
import { clientSettings } from './client-settings.ts';
import type { Registration } from './read-registration.ts';
import { RegistrationFault } from './registration-fault.ts';

/** The scope of the initial access token; the operator makes a resource server of this name. */
const RESOURCE_SERVER = 'foyer.registration';
export const REGISTRATION_SCOPE = `${RESOURCE_SERVER}/create`;

/**
 * The client of the operator's that got this initial access token for itself, for the scope of registration.
 * @throws RegistrationFault `invalid_token`, `insufficient_scope`
 */
export async function verifyInitialToken(pool: Pool, initialToken: string): Promise<VerifiedClient> {
  const initial = await verifyClientToken(pool, initialToken);
  if (!initial) throw new RegistrationFault('invalid_token', 'the initial access token is not valid');
  if (!initial.scopes.includes(REGISTRATION_SCOPE))
    throw new RegistrationFault('insufficient_scope', `the token lacks the scope ${REGISTRATION_SCOPE}`);
  return initial;
}

/**
 * Makes a client for whoever has shown an initial access token. What other scopes that token has, the new client may
 * have too.
 * @throws RegistrationFault
 */
export async function registerClient(
  pool: Pool,
  initial: VerifiedClient,
  given: Registration,
): Promise<{ client: Client; token: string }> {
  const more = initial.scopes.filter((scope) => !scope.startsWith(`${RESOURCE_SERVER}/`));
  const { settings, openId } = clientSettings(pool, given, more);
  const method = openId.token_endpoint_auth_method ?? 'client_secret_basic';
  const providers = initial.client.settings.SupportedIdentityProviders;
  const token = randomBytes(32).toString('base64url');
  const stored = await refusedAsFault(
    createClient(
      { directory: { forPool: () => pool.directory }, vault: pool.vault },
      pool.id,
      {
        ...settings,
        SupportedIdentityProviders: providers.length > 0 ? providers : ['COGNITO'],
        // Nobody signs in to it but through the pages, where they are asked.
        ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
        PreventUserExistenceErrors: 'ENABLED',
      },
      {
        ...(method.startsWith('client_secret') && { clientSecret: newClientSecret() }),
        openId: { ...openId, registered: { at: pool.clock.now(), tokenHash: hashed(token) } },
      },
    ),
  );
  return { client: openClient(pool, stored), token };
}

/** What the rules about clients refuse, in the words of registration. */
export async function refusedAsFault<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // Deleted while it was being changed.
    if (error.reason === 'client-not-found')
      throw new RegistrationFault('invalid_token', 'the client is gone');
    const message = error.details['message'] ?? error.reason;
    throw error.reason === 'limit-exceeded'
      ? new RegistrationFault('access_denied', message)
      : new RegistrationFault('invalid_client_metadata', message.replace(/^OpenId\./, ''));
  }
}
