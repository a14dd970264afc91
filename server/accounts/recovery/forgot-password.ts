import { Refusal } from '../../errors.ts';
import { type Delivery, maskedDelivery } from '../../messages/delivery.ts';
import { sendMessage } from '../../messages/send.ts';
import type { Client, Pool } from '../../pool.ts';
import { subjectOf } from '../codes/code.ts';
import { issueCode } from '../codes/issue-code.ts';
import { limitSends } from '../codes/limit-sends.ts';
import { madeUpDelivery } from '../codes/made-up-delivery.ts';
import { findAccount } from '../find-account.ts';
import { takeTurn } from '../limits/take-turn.ts';
import { shownName } from '../shown-name.ts';
import type { Sending } from '../sign-up/send-confirmation.ts';
import { resetRecipient } from './reset-recipient.ts';

/**
 * Sends a code with which a new password can be set; the account stays as it is until it comes back (USR-16).
 *
 * Where the client hides who has an account, everybody gets the same answer after the same work: a name without an
 * account, or one that cannot be helped, has a code made too, which nobody is sent; and a mail is sent after the
 * answer, since a mail server takes longer than anything else here and its refusal would tell as much.
 * @throws Refusal `code-attempts-exceeded`, `too-many-requests`; where the client does not hide it also
 * `user-not-found`, `user-disabled`, `cannot-reset-password`, `no-verified-contact`, `delivery-failed`
 */
export async function forgotPassword(
  pool: Sending & Pick<Pool, 'accounts' | 'limits'>,
  client: Pick<Client, 'settings'>,
  { username, address }: { username: string; address?: string },
): Promise<Delivery> {
  await takeTurn(pool, 'messages', address);
  const hides = client.settings.PreventUserExistenceErrors === 'ENABLED';
  const account = await findAccount(pool, username);
  const recipient = resetRecipient(pool, account);
  if (recipient instanceof Refusal && !hides) throw recipient;

  const subject = subjectOf(pool, account, username);
  await limitSends(pool, 'forgot-password', subject);
  if (recipient instanceof Refusal) {
    await issueCode(pool, { purpose: 'forgot-password', subject, attribute: 'email', value: '' });
    return madeUpDelivery(pool, username, 'forgot-password');
  }
  const { to } = recipient;
  const code = await issueCode(pool, { purpose: 'forgot-password', subject, ...to });
  const data = { username: shownName(pool.settings, recipient.account), code };
  const sent = sendMessage(pool, to, { name: 'password-reset-code', data });
  if (!hides) return sent;
  sent.catch((error) => {
    // A refusal was logged where it was made.
    if (!(error instanceof Refusal)) pool.log.error({ err: error }, 'a reset code could not be sent');
  });
  return maskedDelivery(to.attribute, to.value);
}
