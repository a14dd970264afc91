import type {
  AdminUpdateDeviceStatusCommandInput,
  AdminUpdateDeviceStatusCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { findPool } from '../../configuration/find-pool.ts';
import { Refusal } from '../../errors.ts';
import type { Operation } from '../operation.ts';

/** USR-237: no pool tracks devices. */
export const adminUpdateDeviceStatus: Operation<
  AdminUpdateDeviceStatusCommandInput,
  AdminUpdateDeviceStatusCommandOutput
> = {
  name: 'AdminUpdateDeviceStatus',
  access: 'signed',
  unconfigured: true,
  async run({ directory }, { UserPoolId }) {
    await findPool(directory, UserPoolId);
    throw new Refusal('devices-not-tracked');
  },
};
