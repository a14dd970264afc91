/** Identity providers -> the API's own shapes. Only signed calls see them: secrets are in them, as administrators gave them. */
import type { IdentityProviderType, ProviderDescription } from '@aws-sdk/client-cognito-identity-provider';
import type { IdentityProvider } from '../configuration/identity-providers/find-provider.ts';

export function providerShape(UserPoolId: string, provider: IdentityProvider): IdentityProviderType {
  const { name, type, details, mapping, identifiers, createdAt, modifiedAt } = provider;
  return {
    UserPoolId,
    ProviderName: name,
    ProviderType: type,
    ProviderDetails: details,
    AttributeMapping: mapping,
    IdpIdentifiers: identifiers,
    LastModifiedDate: new Date(modifiedAt),
    CreationDate: new Date(createdAt),
  };
}

/** What lists show of one. */
export function providerLine({
  name,
  type,
  createdAt,
  modifiedAt,
}: Pick<IdentityProvider, 'name' | 'type' | 'createdAt' | 'modifiedAt'>): ProviderDescription {
  return {
    ProviderName: name,
    ProviderType: type,
    LastModifiedDate: new Date(modifiedAt),
    CreationDate: new Date(createdAt),
  };
}
