/**
 * The applications that a hosted session signed somebody in to, told that it has ended: from server to server
 * (OpenID Connect Back-Channel Logout 1.0), or in frames of the browser (Front-Channel Logout 1.0).
 */
import type Provider from 'oidc-provider';
import { openIdSettingsOf } from '../../configuration/openid/features.ts';
import type { Logger } from '../../log.ts';
import type { Client, Pool } from '../../pool.ts';
import { findGrant, revokeGrant } from '../../tokens/grant.ts';
import { clientOf } from '../library-client.ts';

/** What the library keeps of a client in a session; `grants` is ours (`record-grant.ts`). */
export interface Authorization {
  sid?: string;
  grants?: string[];
}

/** The library's declarations leave this out. */
type LibraryClient = Omit<
  NonNullable<Awaited<ReturnType<typeof Provider.prototype.Client.find>>>,
  'backchannelLogout'
> & {
  backchannelLogout(sub: string, sid: string | undefined): Promise<void>;
};

interface Told {
  library: LibraryClient;
  client: Client;
  authorization: Authorization;
}

/** The clients that are still there. */
export async function clientsOf(
  pool: Pick<Pool, 'id'>,
  provider: Provider,
  authorizations: Record<string, Authorization>,
): Promise<Told[]> {
  const found = await Promise.all(
    Object.entries(authorizations).map(async ([id, authorization]) => {
      // A client whose settings the library takes no more must not keep the others from being told.
      const library = await provider.Client.find(id).catch(() => undefined);
      return (
        library && {
          library: library as unknown as LibraryClient,
          client: clientOf(pool, library),
          authorization,
        }
      );
    }),
  );
  return found.filter((told) => told !== undefined);
}

/**
 * Ends what the session gave, but for what was asked for beyond it with `offline_access` (Back-Channel Logout 1.0,
 * section 2.7), also where nobody can be told: a client that the library takes no more could refresh through the API.
 */
export async function revokeOnline(pool: Pool, authorizations: Record<string, Authorization>): Promise<void> {
  const grants = Object.values(authorizations).flatMap(({ grants }) => grants ?? []);
  await Promise.all(
    grants.map(async (id) => {
      const grant = await findGrant(pool, id);
      if (grant && !grant.scopes.includes('offline_access')) await revokeGrant(pool, id);
    }),
  );
}

/** Sends each its logout token, all at once. One that does not answer keeps nobody signed in, and is in the log. */
export async function tellServers(log: Logger, told: readonly Told[], accountId: string): Promise<void> {
  await Promise.all(
    told.map(async ({ library, client, authorization }) => {
      if (!library.backchannelLogoutUri) return;
      try {
        await library.backchannelLogout(accountId, authorization.sid);
      } catch (err) {
        log.warn({ err, client: client.id }, 'an application was not told that somebody signed out');
      }
    }),
  );
}

/** The addresses that the browser opens in frames. */
export function framesFor(pool: Pick<Pool, 'tags' | 'issuer'>, told: readonly Told[]): string[] {
  return told.flatMap(({ client, authorization: { sid } }) => {
    const { frontchannel_logout_uri: uri, frontchannel_logout_session_required: named } = openIdSettingsOf(
      pool,
      client,
    );
    if (!uri) return [];
    if (!named || !sid) return [uri];
    const address = new URL(uri);
    address.searchParams.set('iss', pool.issuer);
    address.searchParams.set('sid', sid);
    return [address.href];
  });
}
