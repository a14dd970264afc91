/**
 * Signing in through the JSON API: what `flow` is for pages. `initiate.ts` begins by one of the flows, `respond.ts`
 * takes the answer to a challenge, and this file is where both end: it asks the rule what is to be proven next, and
 * gives that as a challenge or, when nothing is, tokens. It decides nothing itself, so that signing in on a page and
 * through the API cannot differ.
 */
import type {
  AuthenticationResultType,
  InitiateAuthResponse,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Account } from '#adapters/accounts/store.ts';
import { type Attempt, keepAttempt, newAttempt } from '../../accounts/sign-in/attempt.ts';
import { noteSignIn } from '../../accounts/sign-in/complete-sign-in.ts';
import { nextChallenge } from '../../accounts/sign-in/next-challenge.ts';
import { newSession, sealSession } from '../../accounts/sign-in/session.ts';
import { readableAttributes } from '../../attribute-permissions.ts';
import { Refusal } from '../../errors.ts';
import type { Client, Pool } from '../../pool.ts';
import { beginApiSignIn } from '../../tokens/begin-api-sign-in.ts';
import type { IssuedTokens } from '../../tokens/issue-tokens.ts';
import type { From } from '../../tokens/sessions/track.ts';

export type SignInAnswer = InitiateAuthResponse;

/** Who signs in where, and who calls for them. */
export interface SigningIn {
  pool: Pool;
  client: Client;
  /** The call was signed: it comes from a back end that the operators trust. */
  signed: boolean;
  /** The person's, as far as it is known. */
  address?: string;
  userAgent?: string;
}

/** Where the person is. A back end that signs its calls says the address; what it is itself is nobody's device. */
export function fromOf({ signed, address, userAgent }: Omit<SigningIn, 'pool' | 'client'>): From {
  return signed ? { address } : { address, userAgent };
}

/** After somebody has proven a password. */
export function passwordProven(at: SigningIn, account: Account, typed: string): Promise<SignInAnswer> {
  const { pool, client } = at;
  const { id } = newSession(pool, client);
  return advance(at, newAttempt(pool, { id, client, account, typed, proven: ['password'] }), account);
}

/**
 * The next challenge of an attempt, or its tokens. The caller alone has the attempt: it was taken from the store, or
 * never was there.
 * @throws Refusal `user-not-confirmed`, `password-reset-required`, `attempt-expired`
 */
export async function advance(at: SigningIn, attempt: Attempt, account: Account): Promise<SignInAnswer> {
  const { pool, client } = at;
  const challenge = nextChallenge({ settings: pool.settings, account, attempt });
  switch (challenge.name) {
    case 'DONE':
      return tokenAnswer(
        await beginApiSignIn(pool, client, { ...(await noteSignIn(pool, attempt)), from: fromOf(at) }),
      );
    case 'NEW_PASSWORD_REQUIRED':
      return {
        ChallengeName: challenge.name,
        ChallengeParameters: {
          USER_ID_FOR_SRP: account.username,
          userAttributes: JSON.stringify(profileOf(pool, client, account, challenge.requiredAttributes)),
          requiredAttributes: JSON.stringify(
            challenge.requiredAttributes.map((name) => `userAttributes.${name}`),
          ),
        },
        Session: await waiting({ pool, client }, attempt, challenge.name),
      };
    case 'CONFIRM_SIGN_UP':
      throw new Refusal('user-not-confirmed');
    case 'RESET_PASSWORD':
      throw new Refusal('password-reset-required');
    case 'PASSWORD':
      throw new Refusal('attempt-expired');
  }
}

/** Keeps the attempt until the challenge is answered, under a session of its own. */
async function waiting(
  { pool, client }: Pick<SigningIn, 'pool' | 'client'>,
  attempt: Attempt,
  challenge: string,
): Promise<string> {
  const session = newSession(pool, client);
  await keepAttempt(pool, { ...attempt, id: session.id }, session.expiresAt);
  return sealSession(pool, client, challenge, session);
}

/** What the application may read of a person, and what it must ask for, blank (SEC-89). */
function profileOf(pool: Pool, client: Client, account: Account, missing: string[]): Record<string, string> {
  const mayRead = readableAttributes(pool, client);
  return {
    ...Object.fromEntries(missing.map((name) => [name, ''])),
    ...Object.fromEntries(Object.entries(account.attributes).filter(([name]) => mayRead(name))),
  };
}

export function tokenAnswer(tokens: IssuedTokens & { refreshToken?: string }): SignInAnswer & {
  AuthenticationResult: AuthenticationResultType;
} {
  const { accessToken, idToken, refreshToken, expiresIn } = tokens;
  return {
    ChallengeParameters: {},
    AuthenticationResult: {
      AccessToken: accessToken,
      ExpiresIn: expiresIn,
      IdToken: idToken,
      RefreshToken: refreshToken,
      TokenType: 'Bearer',
    },
  };
}
