import type {
  RespondToAuthChallengeCommandInput,
  RespondToAuthChallengeCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Operation } from '../operation.ts';
import { publicClient } from '../public-client.ts';
import { respond } from '../sign-in/respond.ts';

export const respondToAuthChallenge: Operation<
  RespondToAuthChallengeCommandInput,
  RespondToAuthChallengeCommandOutput
> = {
  name: 'RespondToAuthChallenge',
  access: 'public',
  async run(service, { ClientId, ChallengeName, ChallengeResponses = {}, Session }, { address, userAgent }) {
    const { pool, client } = await publicClient(service, { ClientId });
    return respond({ pool, client, signed: false, address, userAgent }, ChallengeName, {
      session: Session,
      parameters: ChallengeResponses,
    });
  },
};
