import { holdingAttempt } from '../../accounts/sign-in/attempt.ts';
import { checkMeant } from '../../accounts/sign-in/check-meant.ts';
import { nextChallenge } from '../../accounts/sign-in/next-challenge.ts';
import { openSession } from '../../accounts/sign-in/session.ts';
import { setNewPassword } from '../../accounts/sign-in/set-new-password.ts';
import { Refusal } from '../../errors.ts';
import { advance, type SignInAnswer, type SigningIn } from './advance.ts';
import { type Parameters, passwordIn, usernameIn } from './parameters.ts';

const CHALLENGE = 'NEW_PASSWORD_REQUIRED';
const PREFIX = 'userAttributes.';

/** Somebody with a temporary password chooses their own, and gives what is missing of their profile (SEC-91). */
export async function takeNewPassword(
  at: SigningIn,
  parameters: Parameters,
  session: string,
): Promise<SignInAnswer> {
  const { pool, client, address } = at;
  const username = usernameIn(parameters);
  const password = passwordIn(parameters, 'NEW_PASSWORD');
  const opened = openSession(pool, client, CHALLENGE, session);
  return holdingAttempt(pool, opened, async (attempt) => {
    const account = await pool.accounts.find(attempt.accountId);
    if (!account || account.epoch !== attempt.epoch) throw new Refusal('attempt-expired');
    const challenge = nextChallenge({ settings: pool.settings, account, attempt });
    if (challenge.name !== CHALLENGE) throw new Refusal('attempt-expired');
    await checkMeant(pool, { ...attempt, user: account.username }, { username, address });
    const attributes = attributesIn(parameters);
    return advance(at, attempt, await setNewPassword(pool, client, account, { password, attributes }));
  });
}

function attributesIn(parameters: Parameters): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters)
      .filter(([name]) => name.startsWith(PREFIX))
      .map(([name, value]) => [name.slice(PREFIX.length), value]),
  );
}
