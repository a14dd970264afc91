import type {
  ListWebAuthnCredentialsCommandInput,
  ListWebAuthnCredentialsCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Operation } from '../operation.ts';
import { tokenHolder } from '../token-holder.ts';

/** Nobody signs in with a passkey, so nobody has one. */
export const listWebAuthnCredentials: Operation<
  ListWebAuthnCredentialsCommandInput,
  ListWebAuthnCredentialsCommandOutput
> = {
  name: 'ListWebAuthnCredentials',
  access: 'access-token',
  unconfigured: true,
  async run(service, { AccessToken }) {
    await tokenHolder(service, AccessToken);
    return { Credentials: [] };
  },
};
