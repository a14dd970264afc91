import type {
  DescribeRiskConfigurationCommandInput,
  DescribeRiskConfigurationCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { requireClient } from '../../configuration/require-client.ts';
import type { Operation } from '../operation.ts';

/** No pool has threat protection; the answer names what was asked about and holds no setting. */
export const describeRiskConfiguration: Operation<
  DescribeRiskConfigurationCommandInput,
  DescribeRiskConfigurationCommandOutput
> = {
  name: 'DescribeRiskConfiguration',
  access: 'signed',
  unconfigured: true,
  async run({ directory }, { UserPoolId, ClientId }) {
    await requireClient(directory, UserPoolId, ClientId);
    return { RiskConfiguration: { UserPoolId, ClientId } };
  },
};
