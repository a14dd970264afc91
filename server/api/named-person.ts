import type { ProviderUserIdentifierType } from '@aws-sdk/client-cognito-identity-provider';
import type { Named } from '../accounts/federation/link-provider.ts';

/** Somebody as a call names them by a provider; what is left out is empty, and nobody has that name. */
export function namedPerson(given: ProviderUserIdentifierType): Named {
  const { ProviderName = '', ProviderAttributeName, ProviderAttributeValue = '' } = given;
  return { provider: ProviderName, attribute: ProviderAttributeName, value: ProviderAttributeValue };
}
