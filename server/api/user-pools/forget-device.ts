import type {
  ForgetDeviceCommandInput,
  ForgetDeviceCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { Refusal } from '../../errors.ts';
import type { Operation } from '../operation.ts';
import { tokenHolder } from '../token-holder.ts';

/** USR-237: no pool tracks devices. */
export const forgetDevice: Operation<ForgetDeviceCommandInput, ForgetDeviceCommandOutput> = {
  name: 'ForgetDevice',
  access: 'access-token',
  unconfigured: true,
  async run(service, { AccessToken = '' }) {
    await tokenHolder(service, AccessToken);
    throw new Refusal('devices-not-tracked');
  },
};
