import type {
  DescribeIdentityProviderCommandInput,
  DescribeIdentityProviderCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { requireProvider } from '../../configuration/identity-providers/find-provider.ts';
import type { Operation } from '../operation.ts';
import { providerShape } from '../provider-shapes.ts';

export const describeIdentityProvider: Operation<
  DescribeIdentityProviderCommandInput,
  DescribeIdentityProviderCommandOutput
> = {
  name: 'DescribeIdentityProvider',
  access: 'signed',
  async run({ pools }, { UserPoolId, ProviderName }) {
    const provider = await requireProvider(await pools.byId(UserPoolId), ProviderName);
    return { IdentityProvider: providerShape(UserPoolId, provider) };
  },
};
