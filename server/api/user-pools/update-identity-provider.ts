import type {
  UpdateIdentityProviderCommandInput,
  UpdateIdentityProviderCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { updateProvider } from '../../configuration/identity-providers/write-provider.ts';
import type { Operation } from '../operation.ts';
import { providerShape } from '../provider-shapes.ts';

export const updateIdentityProvider: Operation<
  UpdateIdentityProviderCommandInput,
  UpdateIdentityProviderCommandOutput
> = {
  name: 'UpdateIdentityProvider',
  access: 'signed',
  async run({ pools }, { UserPoolId, ProviderName, ...given }) {
    const pool = await pools.byId(UserPoolId);
    const provider = await updateProvider(pool, ProviderName, {
      details: given.ProviderDetails,
      mapping: given.AttributeMapping,
      identifiers: given.IdpIdentifiers,
    });
    return { IdentityProvider: providerShape(UserPoolId, provider) };
  },
};
