import type {
  DeleteUserPoolDomainCommandInput,
  DeleteUserPoolDomainCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { deleteDomain } from '../../configuration/delete-domain.ts';
import type { Operation } from '../operation.ts';

/** Hosted pages stop at once in this process, within two seconds in others. */
export const deleteUserPoolDomain: Operation<
  DeleteUserPoolDomainCommandInput,
  DeleteUserPoolDomainCommandOutput
> = {
  name: 'DeleteUserPoolDomain',
  access: 'signed',
  configures: true,
  async run({ directory }, { UserPoolId, Domain }) {
    await deleteDomain(directory, UserPoolId, Domain);
    return {};
  },
};
