import type {
  GetLogDeliveryConfigurationCommandInput,
  GetLogDeliveryConfigurationCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { findPool } from '../../configuration/find-pool.ts';
import type { Operation } from '../operation.ts';

/** Foyer delivers logs where its process writes them, so no pool has a delivery of its own. */
export const getLogDeliveryConfiguration: Operation<
  GetLogDeliveryConfigurationCommandInput,
  GetLogDeliveryConfigurationCommandOutput
> = {
  name: 'GetLogDeliveryConfiguration',
  access: 'signed',
  unconfigured: true,
  async run({ directory }, { UserPoolId }) {
    await findPool(directory, UserPoolId);
    return { LogDeliveryConfiguration: { UserPoolId, LogConfigurations: [] } };
  },
};
