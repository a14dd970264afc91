/** Clients that prove themselves by a signed JWT (RFC 7523, OpenID Connect Core 9): what the library leaves to us. */
import type Provider from 'oidc-provider';
import { type Client, type Configuration, errors, type KoaContextWithOIDC } from 'oidc-provider';
import { KEY_ALGS, SECRET_ALGS } from '../../configuration/openid/client-metadata.ts';
import type { Pool } from '../../pool.ts';
import { secretsOf } from '../library-client.ts';

/** Seconds. Each assertion is remembered until it ends, so one that lives for years would stay in the store for years. */
const LONGEST_ASSERTION = 3600;

/** Seconds that the clock of a client may be ahead or behind. */
const CLOCK_TOLERANCE = 15;

export function clientAuthentication(pool: Pick<Pool, 'clock'>) {
  return {
    clientAuthMethods: [
      'client_secret_basic',
      'client_secret_post',
      'client_secret_jwt',
      'private_key_jwt',
      'none',
    ],
    clockTolerance: CLOCK_TOLERANCE,
    assertJwtClientAuthClaimsAndHeader: (ctx, claims) => checkAssertion(pool, ctx, claims),
  } satisfies Configuration;
}

/** With which a client may sign what it says: assertions, and requests in an object. */
export const CLIENT_ALGS = [...KEY_ALGS, ...SECRET_ALGS] as const;

/** After signature and form. Throws InvalidClientAuth. */
function checkAssertion(
  { clock }: Pick<Pool, 'clock'>,
  { oidc }: KoaContextWithOIDC,
  { exp, aud }: Record<string, unknown>,
): void {
  if (Number(exp) > clock.now() / 1000 + LONGEST_ASSERTION + CLOCK_TOLERANCE)
    throw new errors.InvalidClientAuth('the assertion lives longer than an hour');
  // One that another server would take as well can be used there by us, and here by it.
  const ours = oidc.clientJwtAuthExpectedAudience();
  if (![aud].flat().every((one) => ours.has(String(one))))
    throw new errors.InvalidClientAuth('the assertion is meant for another server too');
}

/** Of the library's client, which no declaration shows: keys made of its secret. */
interface Keyed extends Client {
  symmetricKeyStore: { add(key: object): void };
}

/** The library knows one secret of a client, which may have two while it changes from one to the other. */
export function signBySecondSecret(provider: Provider): void {
  const { Client } = provider;
  const find = Client.find.bind(Client);
  const done = new WeakSet<Client>();
  Client.find = async (id: string) => {
    const client = await find(id);
    const { otherSecret } = client ? secretsOf(client) : {};
    if (!client || otherSecret === undefined || done.has(client)) return client;
    done.add(client);
    const k = Buffer.from(otherSecret).toString('base64url');
    for (const alg of SECRET_ALGS)
      (client as Keyed).symmetricKeyStore.add({ alg, use: 'sig', kty: 'oct', k });
    return client;
  };
}
