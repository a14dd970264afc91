/**
 * Signing in by choice (`USER_AUTH`): the person says who they are, and then how they prove it. What can be chosen is
 * the same for every name, known or not.
 */

import { findAccount } from '../../accounts/find-account.ts';
import { checkMeant } from '../../accounts/sign-in/check-meant.ts';
import { findTold } from '../../accounts/sign-in/find-told.ts';
import { newSession, openSession, sealSession, usingSession } from '../../accounts/sign-in/session.ts';
import { invalidParameter } from '../../errors.ts';
import type { SignInAnswer, SigningIn } from './advance.ts';
import { type Parameters, required, usernameIn } from './parameters.ts';
import { sendPassword, startSrp } from './password-challenges.ts';

const CHOICE = 'SELECT_CHALLENGE';

/** What can be chosen, and with what it is answered. */
const CHOICES = {
  PASSWORD_SRP: { needs: 'SRP_A', start: startSrp },
  PASSWORD: { needs: 'PASSWORD', start: sendPassword },
} as const;
type Choice = keyof typeof CHOICES;

const isChoice = (name: string | undefined): name is Choice =>
  name !== undefined && Object.hasOwn(CHOICES, name);

/** Whose sign-up was just confirmed; nobody is given a session for it. */
const SIGNED_UP = 'SIGNED_UP';

/** Begins: with the preferred form at once where what it needs is there, otherwise with the question for it. */
export async function startChoice(
  at: SigningIn,
  parameters: Parameters,
  session?: string,
): Promise<SignInAnswer> {
  const { pool, client, address } = at;
  // Whoever sends one counts on being signed in by it: refused, as every session that was not given.
  if (session !== undefined) openSession(pool, client, SIGNED_UP, session);
  const typed = usernameIn(parameters);
  const preferred = parameters['PREFERRED_CHALLENGE'];
  if (isChoice(preferred) && parameters[CHOICES[preferred].needs])
    return CHOICES[preferred].start(at, parameters);
  await findTold(pool, client, { username: typed, address });
  const name = isChoice(preferred) ? preferred : CHOICE;
  return {
    ChallengeName: name,
    ChallengeParameters: { USERNAME: typed },
    Session: sealSession(pool, client, name, { ...newSession(pool, client), typed }),
    AvailableChallenges: name === CHOICE ? (Object.keys(CHOICES) as Choice[]) : undefined,
  };
}

/** Goes on: `ANSWER` says which form, and what it needs comes with it. */
export async function takeChoice(
  at: SigningIn,
  parameters: Parameters,
  session: string,
): Promise<SignInAnswer> {
  const answer = required(parameters, 'ANSWER');
  if (!isChoice(answer))
    throw invalidParameter(`${answer.slice(0, 50)} is not one of the available challenges.`);
  return takeChosen(at, CHOICE, answer, parameters, session);
}

/** Goes on with the form that was preferred from the beginning. */
export const takePreferred =
  (preferred: Choice) =>
  (at: SigningIn, parameters: Parameters, session: string): Promise<SignInAnswer> =>
    takeChosen(at, preferred, preferred, parameters, session);

async function takeChosen(
  at: SigningIn,
  challenge: string,
  choice: Choice,
  parameters: Parameters,
  session: string,
): Promise<SignInAnswer> {
  const { pool, client, address } = at;
  const username = usernameIn(parameters);
  const opened = openSession<{ typed: string }>(pool, client, challenge, session);
  const { needs, start } = CHOICES[choice];
  required(parameters, needs);
  if (username !== opened.typed)
    await checkMeant(
      pool,
      { ...opened, accountId: (await findAccount(pool, opened.typed))?.id },
      { username, address },
    );
  return usingSession(pool, opened, () => start(at, { ...parameters, USERNAME: opened.typed }));
}
