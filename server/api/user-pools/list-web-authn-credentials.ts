import type {
  ListWebAuthnCredentialsCommandInput,
  ListWebAuthnCredentialsCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Operation } from '../operation.ts';
import { refusePageToken } from '../page-token.ts';
import { tokenHolder } from '../token-holder.ts';

/** Nobody signs in with a passkey, so nobody has one. */
export const listWebAuthnCredentials: Operation<
  ListWebAuthnCredentialsCommandInput,
  ListWebAuthnCredentialsCommandOutput
> = {
  name: 'ListWebAuthnCredentials',
  access: 'access-token',
  unconfigured: true,
  async run(service, { AccessToken, NextToken }) {
    await tokenHolder(service, AccessToken);
    refusePageToken(NextToken);
    return { Credentials: [] };
  },
};
