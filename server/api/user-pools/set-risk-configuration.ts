import type {
  SetRiskConfigurationCommandInput,
  SetRiskConfigurationCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { requireClient } from '../../configuration/require-client.ts';
import { Refusal } from '../../errors.ts';
import type { Operation } from '../operation.ts';

/** SEC-188: threat protection is off in every pool, and then it cannot be configured. */
export const setRiskConfiguration: Operation<
  SetRiskConfigurationCommandInput,
  SetRiskConfigurationCommandOutput
> = {
  name: 'SetRiskConfiguration',
  access: 'signed',
  unconfigured: true,
  async run({ directory }, { UserPoolId, ClientId }) {
    await requireClient(directory, UserPoolId, ClientId);
    throw new Refusal('threat-protection-off');
  },
};
