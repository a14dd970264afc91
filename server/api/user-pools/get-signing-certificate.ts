import type {
  GetSigningCertificateCommandInput,
  GetSigningCertificateCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { samlKey } from '../../configuration/identity-providers/saml-key.ts';
import type { Operation } from '../operation.ts';

export const getSigningCertificate: Operation<
  GetSigningCertificateCommandInput,
  GetSigningCertificateCommandOutput
> = {
  name: 'GetSigningCertificate',
  access: 'signed',
  async run({ pools }, { UserPoolId }) {
    const { certificate } = await samlKey(await pools.byId(UserPoolId));
    return { Certificate: certificate.replaceAll(/-----[A-Z ]+-----|\s/g, '') };
  },
};
