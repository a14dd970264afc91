import type {
  GetIdentityProviderByIdentifierCommandInput,
  GetIdentityProviderByIdentifierCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { findByIdentifier } from '../../configuration/identity-providers/find-provider.ts';
import type { Operation } from '../operation.ts';
import { providerShape } from '../provider-shapes.ts';

export const getIdentityProviderByIdentifier: Operation<
  GetIdentityProviderByIdentifierCommandInput,
  GetIdentityProviderByIdentifierCommandOutput
> = {
  name: 'GetIdentityProviderByIdentifier',
  access: 'signed',
  async run({ pools }, { UserPoolId, IdpIdentifier }) {
    const provider = await findByIdentifier(await pools.byId(UserPoolId), IdpIdentifier);
    return { IdentityProvider: providerShape(UserPoolId, provider) };
  },
};
