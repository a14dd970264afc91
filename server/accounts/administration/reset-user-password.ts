import type { Account } from '#adapters/accounts/store.ts';
import { Refusal } from '../../errors.ts';
import { sendMessage } from '../../messages/send.ts';
import type { Pool } from '../../pool.ts';
import { issueCode } from '../codes/issue-code.ts';
import { requireAccount } from '../find-account.ts';
import { earlierPasswords } from '../password-history.ts';
import { type Recipient, resetRecipient } from '../recovery/reset-recipient.ts';
import { shownName } from '../shown-name.ts';
import type { Sending } from '../sign-up/send-confirmation.ts';
import { changeAccount } from '../write-account.ts';

/**
 * An administrator makes somebody choose a new password: the old one is gone at once, and a code for another goes where
 * one of the person's own asking would go (USR-13). When it cannot be sent, the person can still ask for one.
 * `onReset` is called once sessions of theirs are good no more, which is so although no message can be sent.
 * @throws Refusal `user-not-found`, `user-disabled`, `cannot-reset-password`, `no-verified-contact`, `delivery-failed`
 */
export async function resetUserPassword(
  pool: Sending & Pick<Pool, 'accounts'>,
  username: string,
  onReset: (accountId: string) => Promise<void> = async () => undefined,
): Promise<void> {
  const { id } = resettable(pool, await requireAccount(pool, username)).account;
  const account = await changeAccount(pool, id, (current) => {
    resettable(pool, current);
    // Both forms of the password: neither a sign-in nor anything else finds it again.
    const { passwordHash: _, srpVerifier: __, temporaryPasswordAt: ___, ...rest } = current;
    const earlier = earlierPasswords(pool.settings, current);
    return {
      ...rest,
      status: 'RESET_REQUIRED',
      passwordHistory: earlier.length > 0 ? earlier : undefined,
    };
  });
  await onReset(id);
  const { to } = resettable(pool, account);
  const code = await issueCode(pool, { purpose: 'forgot-password', subject: id, ...to });
  const data = { username: shownName(pool.settings, account), code };
  await sendMessage(pool, to, { name: 'password-reset-code', data });
}

const RESETTABLE: readonly Account['status'][] = ['CONFIRMED', 'RESET_REQUIRED'];

function resettable(pool: Pick<Pool, 'settings'>, account: Account): Recipient {
  const recipient = resetRecipient(pool, account);
  if (recipient instanceof Refusal) throw recipient;
  if (!RESETTABLE.includes(account.status)) throw new Refusal('cannot-reset-password');
  return recipient;
}
