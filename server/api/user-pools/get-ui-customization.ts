import type {
  GetUICustomizationCommandInput,
  GetUICustomizationCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { requireClient } from '../../configuration/require-client.ts';
import type { Operation } from '../operation.ts';

/** An empty object where neither the client nor `ALL` has a customization, as the service answers. */
export const getUiCustomization: Operation<GetUICustomizationCommandInput, GetUICustomizationCommandOutput> =
  {
    name: 'GetUICustomization',
    access: 'signed',
    unconfigured: true,
    async run({ directory }, { UserPoolId, ClientId }) {
      await requireClient(directory, UserPoolId, ClientId === 'ALL' ? undefined : ClientId);
      return { UICustomization: {} };
    },
  };
