import { findProvider } from '../../configuration/identity-providers/find-provider.ts';
import type { Pool } from '../../pool.ts';

/** What an application would ask for; whatever else a RelayState says is not looked at. */
const ASKED = ['client_id', 'redirect_uri', 'response_type', 'scope', 'state'];

/** More than any application asks for: it becomes an address. */
const LONGEST = 4096;

/**
 * Somebody chose the application at their provider, which then posts an answer that nobody asked for. Where an
 * administrator allows that (`IDPInit`), a sign-in begins that does ask: the provider knows the person by now and sends
 * them back at once. The answer itself is thrown away, for it might be the one of an attacker, in the browser of
 * another (ATK-22). Gives the query with which the sign-in begins; its client and addresses are checked there.
 */
export async function beginsAtProvider(
  pool: Pick<Pool, 'id' | 'directory' | 'vault'>,
  { RelayState = '' }: Record<string, string>,
): Promise<string | undefined> {
  const relayed = new URLSearchParams(RelayState);
  const name = relayed.get('identity_provider');
  const provider = name ? await findProvider(pool, name) : undefined;
  if (provider?.type !== 'SAML' || provider.details['IDPInit']?.toLowerCase() !== 'true') return undefined;
  const query = new URLSearchParams({ identity_provider: provider.name });
  for (const member of ASKED) {
    const value = relayed.get(member);
    if (value) query.set(member, value);
  }
  const begins = query.toString();
  return begins.length > LONGEST ? undefined : begins;
}
