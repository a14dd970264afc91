import type {
  DescribeManagedLoginBrandingByClientCommandInput,
  DescribeManagedLoginBrandingByClientCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { requireClient } from '../../configuration/require-client.ts';
import { Refusal } from '../../errors.ts';
import type { Operation } from '../operation.ts';

/** No client has a branding of the managed login. */
export const describeManagedLoginBrandingByClient: Operation<
  DescribeManagedLoginBrandingByClientCommandInput,
  DescribeManagedLoginBrandingByClientCommandOutput
> = {
  name: 'DescribeManagedLoginBrandingByClient',
  access: 'signed',
  unconfigured: true,
  async run({ directory }, { UserPoolId, ClientId }) {
    await requireClient(directory, UserPoolId, ClientId);
    throw new Refusal('resource-not-found', {
      message: 'No managed login branding exists for this app client.',
    });
  },
};
