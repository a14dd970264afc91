import { ProviderFault } from '#federation/provider.ts';
import { openProvider } from '#federation/registry.ts';
import type { IdentityProvider } from '../../configuration/identity-providers/find-provider.ts';
import type { Pool } from '../../pool.ts';
import type { FlowAddress } from '../links.ts';
import type { Visit } from '../step.ts';
import { ENDPOINTS, type Endpoint, type Transactions } from './transactions.ts';

/** Which of our addresses a provider answers to. */
export const endpointOf = ({ type }: Pick<IdentityProvider, 'type'>): Endpoint =>
  type === 'SAML' ? 'saml2' : 'oauth2';

/** The provider, ready to be asked. @throws ProviderFault `configuration` */
export function opened({ federation }: Pick<Pool, 'federation'>, provider: IdentityProvider) {
  if (!federation) throw new ProviderFault('configuration', 'Nothing may leave this process');
  return openProvider(provider, federation);
}

/**
 * Begins the way through a provider. The address to send the browser to, and with it the browser's cookie.
 * @throws ProviderFault when the provider cannot be asked
 */
export async function leaveFor(
  visit: Pick<Visit, 'ctx' | 'pool' | 'interaction'>,
  provider: IdentityProvider,
  { base }: FlowAddress,
  transactions: Transactions,
): Promise<string> {
  const endpoint = endpointOf(provider);
  const state = transactions.newState();
  const callbackUrl = base + ENDPOINTS[endpoint];
  const { redirect, kept } = await opened(visit.pool, provider).begin({ callbackUrl, state });
  const { uid } = visit.interaction;
  await transactions.begin(visit.ctx, state, { endpoint, provider: provider.name, uid, kept });
  return redirect;
}
