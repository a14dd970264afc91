import type { Account } from '#adapters/accounts/store.ts';
import { Refusal } from '../../errors.ts';
import type { Pool } from '../../pool.ts';
import { requireAccount } from '../find-account.ts';
import { passwordProof } from '../password-proof.ts';
import { unlock } from '../sign-in/throttle.ts';
import { changeAccount } from '../write-account.ts';
import { type Inviting, type Medium, refuseWithoutContact, sendInvitation } from './send-invitation.ts';
import { temporaryPassword } from './temporary-password.ts';

export interface ResendInvitation {
  username: string;
  temporaryPassword?: string;
  mediums?: Medium[];
}

/**
 * Gives an invited person a fresh temporary password and sends it; the time in which it must be used starts again
 * (USR-69). The earlier one works no more.
 * @throws Refusal `user-not-found`, `resend-not-possible`, `invalid-parameter`, `password-policy`, `delivery-failed`, `busy`
 */
export async function resendInvitation(
  pool: Inviting & Pick<Pool, 'id' | 'accounts' | 'passwords' | 'vault'>,
  request: ResendInvitation,
): Promise<Account> {
  const found = await requireAccount(pool, request.username);
  const refuseUnlessInvited = (current: Account['status']) => {
    if (current !== 'FORCE_CHANGE_PASSWORD')
      throw new Refusal('resend-not-possible', { username: request.username });
  };
  refuseUnlessInvited(found.status);
  refuseWithoutContact(request.mediums, found.attributes);
  const password = temporaryPassword(pool.settings, request.temporaryPassword);
  const proof = await passwordProof(pool, found, password);
  const account = await changeAccount(pool, found.id, (current) => {
    refuseUnlessInvited(current.status);
    return { ...current, ...proof, temporaryPasswordAt: pool.clock.now() };
  });
  await unlock(pool, found.id);
  await sendInvitation(pool, account, password, request.mediums ?? ['SMS']);
  return account;
}
