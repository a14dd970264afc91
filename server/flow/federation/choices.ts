import {
  foldIdentifier,
  type IdentityProvider,
} from '../../configuration/identity-providers/find-provider.ts';
import type { Interaction } from '../../oidc/interaction.ts';
import type { Client } from '../../pool.ts';

/** The ways in that a sign-in page shows besides the password. */
export interface Choices {
  /** A button each, in the order of the client's list. */
  buttons: { name: string; type: IdentityProvider['type']; href: string }[];
  /** A box that asks for an e-mail address, whose domain says which provider is meant. */
  email: boolean;
}

/** Providers that are the same for everybody have a button always. */
const OF_COMPANIES: readonly string[] = ['SAML', 'OIDC'];

const byEmail = ({ type, identifiers }: IdentityProvider) =>
  OF_COMPANIES.includes(type) && identifiers.length > 0;

/** @param beginAgain the address at which a sign-in like this one begins, for more of a query */
export function choicesOf(
  providers: readonly IdentityProvider[],
  beginAgain: (more: Record<string, string>) => string,
): Choices {
  return {
    email: providers.some(byEmail),
    buttons: providers
      .filter((provider) => !byEmail(provider))
      .map(({ name, type }) => ({ name, type, href: beginAgain({ identity_provider: name }) })),
  };
}

/**
 * The provider that the browser is sent to without a page: the one that the application asked for, or the only way in
 * (FED-09..16). The application's word was checked when it asked; a provider that is gone since leads nowhere.
 */
export function onlyProvider(
  client: Pick<Client, 'settings'>,
  { identityProvider, idpIdentifier }: Pick<Interaction, 'identityProvider' | 'idpIdentifier'>,
  providers: readonly IdentityProvider[],
): IdentityProvider | undefined {
  if (identityProvider !== undefined) return providers.find(({ name }) => name === identityProvider);
  if (idpIdentifier !== undefined) return withIdentifier(providers, idpIdentifier);
  const [first, ...others] = providers;
  return others.length === 0 && !client.settings.SupportedIdentityProviders.includes('COGNITO')
    ? first
    : undefined;
}

/** The whole identifier, without regard to case; never a domain above it. */
export function withIdentifier(
  providers: readonly IdentityProvider[],
  identifier: string,
): IdentityProvider | undefined {
  const wanted = foldIdentifier(identifier);
  return providers.find(({ identifiers }) => identifiers.some((one) => foldIdentifier(one) === wanted));
}
