import type {
  InitiateAuthCommandInput,
  InitiateAuthCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Operation } from '../operation.ts';
import { publicClient } from '../public-client.ts';
import { initiate } from '../sign-in/initiate.ts';

export const initiateAuth: Operation<InitiateAuthCommandInput, InitiateAuthCommandOutput> = {
  name: 'InitiateAuth',
  access: 'public',
  async run(service, { ClientId, AuthFlow, AuthParameters = {}, Session }, { address, userAgent }) {
    const { pool, client } = await publicClient(service, { ClientId });
    return initiate({ pool, client, signed: false, address, userAgent }, AuthFlow, AuthParameters, Session);
  },
};
