/**
 * Where every step of a sign-in ends: asks `accounts` what the person must prove next and leads to that page, or
 * ends the interaction. The only place that knows which page answers which challenge.
 */
import { findAttempt, keepAttempt } from '../accounts/sign-in/attempt.ts';
import { completeSignIn, noteSignIn, type SignedIn } from '../accounts/sign-in/complete-sign-in.ts';
import { type Challenge, nextChallenge } from '../accounts/sign-in/next-challenge.ts';
import type { InteractionBridge } from '../oidc/interaction.ts';
import type { Pool } from '../pool.ts';
import type { StepName } from './paths.ts';
import { PAGES_WAIT_MS } from './remembered.ts';
import type { Outcome, Standing, Visit } from './step.ts';

const PAGES: Record<Exclude<Challenge['name'], 'DONE'>, StepName> = {
  PASSWORD: 'sign-in',
  CONFIRM_SIGN_UP: 'confirm-sign-up',
  RESET_PASSWORD: 'forgot-password',
  NEW_PASSWORD_REQUIRED: 'new-password',
};

/** RFC 6749 section 4.1.2.1. */
const REFUSED = { error: 'access_denied', description: 'the person did not allow it' };

/** How far the sign-in with this interaction is; undefined before a password was proven, or too long after. */
export async function standingOf(pool: Pool, uid: string): Promise<Standing | undefined> {
  const attempt = await findAttempt(pool, uid);
  const account = attempt && (await pool.accounts.find(attempt.accountId));
  if (!attempt || !account) return undefined;
  return { attempt, account, challenge: nextChallenge({ settings: pool.settings, account, attempt }) };
}

/** The page that comes next, or the address outside with which the sign-in ends; `account` when somebody signed in. */
export type Next = { page: StepName } | { onward: string } | { leave: string; account?: string };

/** @throws Refusal when the account may not sign in after all, or the attempt or session is over */
export async function advance(bridge: InteractionBridge, visit: Visit, outcome: Outcome): Promise<Next> {
  const { ctx, pool, interaction } = visit;
  if ('to' in outcome) return { page: outcome.to };
  if ('onward' in outcome) return outcome;
  if ('continueSession' in outcome)
    return {
      leave: await bridge.continueSession(ctx, interaction),
      account: interaction.signedInAs ?? '',
    };
  if ('consent' in outcome)
    return {
      leave:
        outcome.consent === 'given'
          ? await bridge.consent(ctx, interaction)
          : await bridge.deny(interaction, REFUSED),
    };
  const leave = async ({ account, authTime }: SignedIn): Promise<Next> => ({
    leave: await bridge.finish(ctx, interaction, {
      accountId: account.id,
      epoch: account.epoch,
      authTime,
      ...('through' in outcome && outcome.through && { through: outcome.through }),
    }),
    account: account.id,
  });
  if ('began' in outcome) {
    const { attempt, account } = outcome.began;
    const { name } = nextChallenge({ settings: pool.settings, account, attempt });
    // Nearly everybody is done: what was never stored need not be read and taken away again.
    if (name === 'DONE') return leave(await noteSignIn(pool, attempt));
    await keepAttempt(pool, attempt, attempt.startedAt + PAGES_WAIT_MS);
    return { page: PAGES[name] };
  }
  const standing = await standingOf(pool, interaction.uid);
  if (!standing) return { page: 'sign-in' };
  const { challenge, attempt } = standing;
  if (challenge.name !== 'DONE') return { page: PAGES[challenge.name] };
  return leave(await completeSignIn(pool, attempt));
}
