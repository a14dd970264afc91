import { SRP_CHALLENGE } from '../../accounts/sign-in/begin-srp.ts';
import { openSession } from '../../accounts/sign-in/session.ts';
import { checkSecretHash } from '../../configuration/check-secret-hash.ts';
import { refuseUnbound } from '../../configuration/openid/refuse-unbound.ts';
import { invalidParameter } from '../../errors.ts';
import type { SignInAnswer, SigningIn } from './advance.ts';
import { takeChoice, takePreferred } from './choice.ts';
import { takeNewPassword } from './new-password.ts';
import { type Parameters, usernameIn } from './parameters.ts';
import { finishSrp } from './password-challenges.ts';

type Answer = (at: SigningIn, parameters: Parameters, session: string) => Promise<SignInAnswer>;

const ANSWERS: Readonly<Record<string, Answer>> = {
  NEW_PASSWORD_REQUIRED: takeNewPassword,
  SELECT_CHALLENGE: takeChoice,
  PASSWORD: takePreferred('PASSWORD'),
  PASSWORD_SRP: takePreferred('PASSWORD_SRP'),
};

/**
 * Takes the answer to a challenge.
 * @throws Refusal `session-*` and `attempt-expired` where the session is not for this client, challenge and person, was
 * used, or is over; `invalid-parameter`; `operation-not-enabled` as `initiate` does; and whatever the challenge refuses
 */
export async function respond(
  at: SigningIn,
  challenge: string,
  { session, parameters }: { session: string | undefined; parameters: Parameters },
): Promise<SignInAnswer> {
  checkSecretHash(at.client, usernameIn(parameters), parameters['SECRET_HASH']);
  refuseUnbound(at.pool, at.client);
  if (challenge === SRP_CHALLENGE) return finishSrp(at, parameters, session);
  if (session === undefined) throw invalidParameter('Missing required parameter Session');
  const answer = ANSWERS[challenge];
  if (answer) return answer(at, parameters, session);
  // Nobody is given a session for any other, so this refuses each.
  openSession(at.pool, at.client, challenge, session);
  throw invalidParameter(`${challenge} was not asked for.`);
}
