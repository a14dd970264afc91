import { ProviderFault } from '#federation/provider.ts';
import { openProvider } from '#federation/registry.ts';
import type { IdentityProvider } from '../../configuration/identity-providers/find-provider.ts';
import type { InteractionBridge } from '../../oidc/interaction.ts';
import type { Pool } from '../../pool.ts';
import type { FlowAddress } from '../links.ts';
import { setPageHeaders } from '../page-headers.ts';
import type { SpecialPages } from '../special-pages.ts';
import type { Visit } from '../step.ts';
import { tellApplication } from './tell-application.ts';
import { ENDPOINTS, type Endpoint, type Transactions } from './transactions.ts';

/** Which of our addresses a provider answers to. */
export const endpointOf = ({ type }: Pick<IdentityProvider, 'type'>): Endpoint =>
  type === 'SAML' ? 'saml2' : 'oauth2';

/** The provider, ready to be asked. @throws ProviderFault `configuration` */
export function opened({ federation }: Pick<Pool, 'federation'>, provider: IdentityProvider) {
  if (!federation) throw new ProviderFault('configuration', 'Nothing may leave this process');
  return openProvider(provider, federation);
}

interface Leaving {
  bridge: InteractionBridge;
  special: SpecialPages;
  address: FlowAddress;
  transactions: Transactions;
}

export type Leave = (visit: Visit, provider: IdentityProvider) => Promise<void>;

/** Sends browsers to providers; the application is told when one cannot be asked. */
export function openLeave(at: Leaving): Leave {
  return async (visit, provider) => {
    setPageHeaders(visit.ctx);
    const asked = { provider: provider.name, endpoint: endpointOf(provider) };
    try {
      visit.ctx.redirect(await begin(at, visit, provider));
      visit.ctx.status = 303;
    } catch (error) {
      await tellApplication(at, visit, asked, error);
    }
  };
}

/** The address to send the browser to, and with it the browser's cookie. @throws ProviderFault */
async function begin(
  { address, transactions }: Leaving,
  { ctx, pool, interaction: { uid } }: Visit,
  provider: IdentityProvider,
): Promise<string> {
  const endpoint = endpointOf(provider);
  const state = transactions.newState();
  const callbackUrl = address.base + ENDPOINTS[endpoint];
  const { redirect, kept } = await opened(pool, provider).begin({ callbackUrl, state });
  const { name, createdAt: madeAt } = provider;
  await transactions.begin(ctx, state, { endpoint, provider: name, madeAt, uid, kept });
  return redirect;
}
