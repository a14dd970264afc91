import { Refusal } from '../../errors.ts';
import type { Delivery } from '../../messages/delivery.ts';
import type { Client, Pool } from '../../pool.ts';
import { subjectOf } from '../codes/code.ts';
import { limitSends } from '../codes/limit-sends.ts';
import { madeUpDelivery } from '../codes/made-up-delivery.ts';
import { findAccount } from '../find-account.ts';
import { takeTurn } from '../limits/take-turn.ts';
import { type Sending, sendConfirmation } from './send-confirmation.ts';

/**
 * Sends an unconfirmed account a new code or link; the earlier one is void (USR-39). Where the client hides who has an
 * account, a name that belongs to nobody, or to somebody who was disabled, is answered as if it were anybody's.
 * @throws Refusal `user-not-found`, `user-disabled`, `already-confirmed`, `no-contact-to-confirm`, `code-attempts-exceeded`,
 * `too-many-requests`, `delivery-failed`
 */
export async function resendConfirmation(
  pool: Sending & Pick<Pool, 'accounts' | 'limits'>,
  client: Client,
  { username, address }: { username: string; address?: string },
): Promise<Delivery> {
  await takeTurn(pool, 'messages', address);
  const account = await findAccount(pool, username);
  if (account && account.status !== 'UNCONFIRMED') throw new Refusal('already-confirmed');
  if (!account?.enabled && client.settings.PreventUserExistenceErrors === 'LEGACY')
    throw new Refusal(account ? 'user-disabled' : 'user-not-found');
  await limitSends(pool, 'confirm-sign-up', subjectOf(pool, account, username));
  // Where nothing is verified, nobody has anything to be sent.
  const verifies = pool.settings.AutoVerifiedAttributes.length > 0;
  if (!account?.enabled && verifies) return madeUpDelivery(pool, username, 'confirm-sign-up');
  const delivery = account && (await sendConfirmation(pool, client, account));
  if (!delivery) throw new Refusal('no-contact-to-confirm');
  return delivery;
}
