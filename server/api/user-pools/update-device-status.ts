import type {
  UpdateDeviceStatusCommandInput,
  UpdateDeviceStatusCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { Refusal } from '../../errors.ts';
import type { Operation } from '../operation.ts';
import { tokenHolder } from '../token-holder.ts';

/** USR-237: no pool tracks devices. */
export const updateDeviceStatus: Operation<UpdateDeviceStatusCommandInput, UpdateDeviceStatusCommandOutput> =
  {
    name: 'UpdateDeviceStatus',
    access: 'access-token',
    unconfigured: true,
    async run(service, { AccessToken }) {
      await tokenHolder(service, AccessToken);
      throw new Refusal('devices-not-tracked');
    },
  };
