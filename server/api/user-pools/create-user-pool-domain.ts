import type {
  CreateUserPoolDomainCommandInput,
  CreateUserPoolDomainCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { createDomain } from '../../configuration/create-domain.ts';
import type { Operation } from '../operation.ts';
import { aliasTarget } from '../shapes.ts';

export const createUserPoolDomain: Operation<
  CreateUserPoolDomainCommandInput,
  CreateUserPoolDomainCommandOutput
> = {
  name: 'CreateUserPoolDomain',
  access: 'signed',
  configures: true,
  async run(service, { UserPoolId, Domain, ManagedLoginVersion, CustomDomainConfig }) {
    const { record } = await createDomain(service, UserPoolId, Domain, {
      managedLoginVersion: ManagedLoginVersion,
      certificateArn: CustomDomainConfig?.CertificateArn,
    });
    return {
      ManagedLoginVersion: record.managedLoginVersion,
      CloudFrontDomain: aliasTarget(service.settings, record),
    };
  },
};
