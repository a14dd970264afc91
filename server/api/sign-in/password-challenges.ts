/** The forms in which a password is proven through the API, whichever call begins or goes on with them. */
import { beginSrp, SRP_CHALLENGE } from '../../accounts/sign-in/begin-srp.ts';
import { checkPassword } from '../../accounts/sign-in/check-password.ts';
import { checkSrp } from '../../accounts/sign-in/check-srp.ts';
import { Refusal } from '../../errors.ts';
import { passwordProven, type SignInAnswer, type SigningIn } from './advance.ts';
import { type Parameters, passwordIn, required, usernameIn } from './parameters.ts';

/** The password itself, over TLS. */
export async function sendPassword(at: SigningIn, parameters: Parameters): Promise<SignInAnswer> {
  const { pool, client, address } = at;
  const username = usernameIn(parameters);
  const password = passwordIn(parameters);
  return passwordProven(at, await checkPassword(pool, client, { username, password, address }), username);
}

/** The first half of SRP. What the second must know travels in the secret block, which is also the session. */
export async function startSrp(
  { pool, client, address }: SigningIn,
  parameters: Parameters,
): Promise<SignInAnswer> {
  const username = usernameIn(parameters);
  const { user, salt, serverPublic, session } = await beginSrp(pool, client, {
    username,
    srpA: required(parameters, 'SRP_A'),
    address,
  });
  return {
    ChallengeName: SRP_CHALLENGE,
    ChallengeParameters: {
      USER_ID_FOR_SRP: user,
      USERNAME: user,
      SALT: salt,
      SRP_B: serverPublic,
      SECRET_BLOCK: Buffer.from(session).toString('base64'),
    },
    Session: session,
  };
}

/** The second half. A session may be sent along; the secret block is enough (SEC-64). */
export async function finishSrp(
  at: SigningIn,
  parameters: Parameters,
  session: string | undefined,
): Promise<SignInAnswer> {
  const { pool, client, address } = at;
  const username = usernameIn(parameters);
  const block = Buffer.from(required(parameters, 'PASSWORD_CLAIM_SECRET_BLOCK'), 'base64').toString();
  if (session !== undefined && session !== block) throw new Refusal('session-invalid');
  const { account, typed } = await checkSrp(pool, client, {
    session: block,
    username,
    timestamp: required(parameters, 'TIMESTAMP'),
    signature: required(parameters, 'PASSWORD_CLAIM_SIGNATURE'),
    address,
  });
  return passwordProven(at, account, typed);
}
