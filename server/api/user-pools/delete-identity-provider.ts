import type {
  DeleteIdentityProviderCommandInput,
  DeleteIdentityProviderCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { deleteProvider } from '../../configuration/identity-providers/delete-provider.ts';
import type { Operation } from '../operation.ts';

export const deleteIdentityProvider: Operation<
  DeleteIdentityProviderCommandInput,
  DeleteIdentityProviderCommandOutput
> = {
  name: 'DeleteIdentityProvider',
  access: 'signed',
  async run({ pools }, { UserPoolId, ProviderName }) {
    await deleteProvider(await pools.byId(UserPoolId), ProviderName);
    return {};
  },
};
