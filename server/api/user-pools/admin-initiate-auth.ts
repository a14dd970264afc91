import type {
  AdminInitiateAuthCommandInput,
  AdminInitiateAuthCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Operation } from '../operation.ts';
import { poolClient } from '../pool-client.ts';
import { initiate } from '../sign-in/initiate.ts';

export const adminInitiateAuth: Operation<AdminInitiateAuthCommandInput, AdminInitiateAuthCommandOutput> = {
  name: 'AdminInitiateAuth',
  access: 'signed',
  async run(service, { UserPoolId, ClientId, AuthFlow, AuthParameters = {}, Session, ContextData }) {
    const { pool, client } = await poolClient(service, { UserPoolId, ClientId });
    // Not the caller's address: that is a back end's, and many people come through it.
    const address = ContextData?.IpAddress;
    return initiate({ pool, client, signed: true, address }, AuthFlow, AuthParameters, Session);
  },
};
