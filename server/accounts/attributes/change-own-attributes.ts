import type { Account } from '#adapters/accounts/store.ts';
import { writableAttributes } from '../../attribute-permissions.ts';
import type { Delivery } from '../../messages/delivery.ts';
import type { Client, Pool } from '../../pool.ts';
import { limitSends, limitSendsTo } from '../codes/limit-sends.ts';
import { takeTurn } from '../limits/take-turn.ts';
import type { Sending } from '../sign-up/send-confirmation.ts';
import { changeAccount } from '../write-account.ts';
import { applyAttributes } from './apply-attributes.ts';
import { changedContacts } from './changed-contacts.ts';
import { type Attributes, checkAttributes } from './check-attributes.ts';
import { checkKept } from './check-kept.ts';
import { claimAlias } from './claim-alias.ts';
import { asksForName, refuseTakenNames } from './refuse-taken-names.ts';
import { forgetGivenUp, sendVerifications, verifying } from './send-verification.ts';

export interface AttributeChange {
  /** An empty value removes the attribute. */
  given: Attributes;
  /** The client's, as far as it is known. */
  address?: string;
}

/**
 * Somebody who is signed in changes their attributes, as far as the client may write them. A contact that changed is
 * proven no more; where the pool verifies it, it is sent a code (USR-47..49), and where the pool demands that first,
 * the old one stays until the code comes back (USR-55). All is changed, or nothing; when a message cannot be sent
 * afterwards, the change stands and the code can be asked for again.
 * @returns where codes went
 * @throws Refusal `attribute-*`, `email-format`, `phone-format`, `invalid-parameter`, `alias-taken`,
 * `too-many-requests`, `code-attempts-exceeded`, `delivery-failed`
 */
export async function changeOwnAttributes(
  pool: Sending & Pick<Pool, 'accounts' | 'limits'>,
  client: Pick<Client, 'settings'>,
  account: Account,
  { given, address }: AttributeChange,
): Promise<Delivery[]> {
  const { settings } = pool;
  const toVerify = changedContacts(settings, account.attributes, given);
  const atOnce = { ...given };
  for (const { attribute, replaces } of toVerify) if (replaces !== undefined) delete atOnce[attribute];
  const merge = ({ attributes: current }: Account): Attributes => {
    const writable = writableAttributes(pool, client);
    checkAttributes({ schema: settings.SchemaAttributes, given, current, writable });
    const merged = applyAttributes(current, atOnce);
    checkKept(pool, current, merged);
    return merged;
  };
  merge(account);
  // Who asks for one name after the other learns who has an account: stopped as who guesses passwords is.
  const turn = asksForName(pool, given) ? await takeTurn(pool, 'guesses', address) : undefined;
  await refuseTakenNames(pool, account, given);
  for (const { attribute, value } of toVerify) {
    await takeTurn(pool, 'messages', address);
    await limitSends(pool, verifying(attribute), account.id);
    await limitSendsTo(pool, value);
  }
  const write = () =>
    changeAccount(pool, account.id, (current) => ({ ...current, attributes: merge(current) }));
  const changed = await claimAlias(pool, write, { takeOver: false });
  await turn?.giveBack();
  await forgetGivenUp(pool, account, given);
  return sendVerifications(pool, changed, toVerify);
}
