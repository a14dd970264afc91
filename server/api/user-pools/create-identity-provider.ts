import type {
  CreateIdentityProviderCommandInput,
  CreateIdentityProviderCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { createProvider } from '../../configuration/identity-providers/write-provider.ts';
import type { Operation } from '../operation.ts';
import { providerShape } from '../provider-shapes.ts';

export const createIdentityProvider: Operation<
  CreateIdentityProviderCommandInput,
  CreateIdentityProviderCommandOutput
> = {
  name: 'CreateIdentityProvider',
  access: 'signed',
  async run({ pools }, { UserPoolId, ...given }) {
    const pool = await pools.byId(UserPoolId);
    const provider = await createProvider(pool, {
      name: given.ProviderName,
      type: given.ProviderType,
      details: given.ProviderDetails,
      mapping: given.AttributeMapping,
      identifiers: given.IdpIdentifiers,
    });
    return { IdentityProvider: providerShape(UserPoolId, provider) };
  },
};
