/** The sign-in of the JSON API at two processes on the same stores, for those who try something at it. */
import {
  CognitoIdentityProviderClient,
  GetTokensFromRefreshTokenCommand,
  InitiateAuthCommand,
  type InitiateAuthCommandInput,
  RespondToAuthChallengeCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { outcomes } from '../sdk-application.ts';
import { openSignIn, type Texts } from '../sign-in-application.ts';
import { startFoyer } from '../start.ts';

/** What is refused to a caller who is not let in. */
export const NO = 'NotAuthorizedException';

export async function startAtBoth() {
  const foyer = await startFoyer();
  const second = await startFoyer({ beside: foyer, env: { FOYER_PUBLIC_URL: foyer.url } });
  return {
    log: () => [...foyer.log(), ...second.log()],
    /** Does something so much later, and comes back. */
    async later(ms: number, work: () => Promise<unknown>): Promise<void> {
      const shift = (by: number) => Promise.all([foyer.shiftClock(by), second.shiftClock(by)]);
      await shift(ms);
      await work().finally(() => shift(-ms));
    },
    /** A pool as `openSignIn` gives it, and its calls at either process in turn. */
    async open(pool: object = {}, client: object = {}) {
      const app = await openSignIn(foyer, pool, client);
      const { ClientId } = app;
      const sdks = [foyer, second].map(
        ({ url }) =>
          new CognitoIdentityProviderClient({ endpoint: url, region: 'us-east-1', maxAttempts: 1 }),
      );
      let calls = 0;
      const sdk = () => sdks[calls++ % 2] ?? app.sdk;
      return {
        ...app,
        begin: (AuthFlow: InitiateAuthCommandInput['AuthFlow'], AuthParameters: Texts, clientId = ClientId) =>
          sdk().send(new InitiateAuthCommand({ ClientId: clientId, AuthFlow, AuthParameters })),
        answer: (
          ChallengeName: string,
          Session: string | undefined,
          ChallengeResponses: Texts,
          clientId = ClientId,
        ) =>
          sdk().send(
            new RespondToAuthChallengeCommand({
              ClientId: clientId,
              ChallengeName: ChallengeName as 'PASSWORD_VERIFIER',
              Session,
              ChallengeResponses,
            }),
          ),
        renew: (RefreshToken: string) =>
          sdk().send(new GetTokensFromRefreshTokenCommand({ ClientId, RefreshToken })),
      };
    },
  };
}

/** What became of so many calls at the same moment: `done`, or the name of the error. */
export const atOnce = (many: number, call: (index: number) => Promise<unknown>) =>
  outcomes(Array.from({ length: many }, (_, index) => call(index)));
export const times = (results: string[], what: string) => results.filter((result) => result === what).length;
