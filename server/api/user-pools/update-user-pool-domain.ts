import type {
  UpdateUserPoolDomainCommandInput,
  UpdateUserPoolDomainCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { updateDomain } from '../../configuration/update-domain.ts';
import type { Operation } from '../operation.ts';
import { aliasTarget } from '../shapes.ts';

export const updateUserPoolDomain: Operation<
  UpdateUserPoolDomainCommandInput,
  UpdateUserPoolDomainCommandOutput
> = {
  name: 'UpdateUserPoolDomain',
  access: 'signed',
  configures: true,
  async run(service, { UserPoolId, Domain, ManagedLoginVersion, CustomDomainConfig }) {
    const { record } = await updateDomain(service, UserPoolId, Domain, {
      managedLoginVersion: ManagedLoginVersion,
      certificateArn: CustomDomainConfig?.CertificateArn,
    });
    return {
      ManagedLoginVersion: record.managedLoginVersion,
      CloudFrontDomain: aliasTarget(service.settings, record),
    };
  },
};
