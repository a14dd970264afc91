import type {
  AdminRespondToAuthChallengeCommandInput,
  AdminRespondToAuthChallengeCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Operation } from '../operation.ts';
import { poolClient } from '../pool-client.ts';
import { respond } from '../sign-in/respond.ts';

export const adminRespondToAuthChallenge: Operation<
  AdminRespondToAuthChallengeCommandInput,
  AdminRespondToAuthChallengeCommandOutput
> = {
  name: 'AdminRespondToAuthChallenge',
  access: 'signed',
  async run(service, { UserPoolId, ClientId, ChallengeName, ChallengeResponses = {}, Session, ContextData }) {
    const { pool, client } = await poolClient(service, { UserPoolId, ClientId });
    const address = ContextData?.IpAddress;
    return respond({ pool, client, signed: true, address }, ChallengeName, {
      session: Session,
      parameters: ChallengeResponses,
    });
  },
};
