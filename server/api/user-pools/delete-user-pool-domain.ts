import type {
  DeleteUserPoolDomainCommandInput,
  DeleteUserPoolDomainCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { domainNotFound } from '../../configuration/domain-names.ts';
import { findPool } from '../../configuration/find-pool.ts';
import type { Operation } from '../operation.ts';

/** Hosted pages stop at once in this process, within two seconds in others, and the name is free (HUI-52). */
export const deleteUserPoolDomain: Operation<
  DeleteUserPoolDomainCommandInput,
  DeleteUserPoolDomainCommandOutput
> = {
  name: 'DeleteUserPoolDomain',
  access: 'signed',
  configures: true,
  async run(service, { UserPoolId, Domain }) {
    await findPool(service.directory, UserPoolId);
    if (!(await service.directory.forPool(UserPoolId).remove('domain', Domain))) throw domainNotFound();
    return {};
  },
};
