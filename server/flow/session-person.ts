import type { Account } from '#adapters/accounts/store.ts';
import type { Visit } from './step.ts';
import { say } from './texts/texts.ts';

/** What the page says to someone who has a live session. */
export interface ContinueAs {
  intro: string;
  label: string;
  /** Where the form is sent that goes on. */
  action: string;
  /** The way to sign in as someone else. */
  another: string;
}

/** Undefined when nobody is signed in, or the application wants the person to prove anew who they are. */
export async function continueAs({
  t,
  pool,
  interaction,
  links,
}: Pick<Visit, 't' | 'pool' | 'interaction' | 'links'>): Promise<ContinueAs | undefined> {
  const account = interaction.signedInAs && (await pool.accounts.find(interaction.signedInAs));
  if (!account) return undefined;
  const person = labelOf(account);
  return {
    intro: say(t.signIn.signedInAs, { person }),
    label: say(t.signIn.continue, { person }),
    action: links['select-account'],
    another: `${links['sign-in']}&other=1`,
  };
}

/** What people recognize their account by: where the pool makes up the usernames, the e-mail address. */
export function labelOf({ attributes, username }: Account): string {
  return attributes['email'] ?? attributes['phone_number'] ?? attributes['preferred_username'] ?? username;
}
