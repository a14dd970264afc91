import type {
  DescribeUserPoolDomainCommandInput,
  DescribeUserPoolDomainCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Operation } from '../operation.ts';
import { aliasTarget } from '../shapes.ts';
import { SECURITY_POLICY } from '../unsupported.ts';

/** A domain that nobody has is described by nothing: that is how callers learn that it is free (HUI-51). */
export const describeUserPoolDomain: Operation<
  DescribeUserPoolDomainCommandInput,
  DescribeUserPoolDomainCommandOutput
> = {
  name: 'DescribeUserPoolDomain',
  access: 'signed',
  async run(service, { Domain }) {
    const domain = await service.directory.find('domain', Domain);
    if (!domain) return { DomainDescription: {} };
    const { status, version, managedLoginVersion, certificateArn } = domain.record;
    return {
      DomainDescription: {
        UserPoolId: domain.pool,
        AWSAccountId: service.settings.accountId,
        Domain: domain.id,
        CloudFrontDistribution: aliasTarget(service.settings, domain.record),
        Version: version,
        Status: status,
        ManagedLoginVersion: managedLoginVersion,
        CustomDomainConfig:
          certificateArn === undefined
            ? undefined
            : { CertificateArn: certificateArn, SecurityPolicy: SECURITY_POLICY },
      },
    };
  },
};
