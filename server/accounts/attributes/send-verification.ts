import type { Account } from '#adapters/accounts/store.ts';
import type { Contact } from '#adapters/directory/records.ts';
import type { Delivery } from '../../messages/delivery.ts';
import { sendMessage } from '../../messages/send.ts';
import type { Pool } from '../../pool.ts';
import { type CodeRecord, codeId, type Purpose } from '../codes/code.ts';
import { issueCode } from '../codes/issue-code.ts';
import { shownName } from '../shown-name.ts';
import type { Sending } from '../sign-up/send-confirmation.ts';
import type { Attributes } from './check-attributes.ts';

const CONTACTS: readonly Contact[] = ['email', 'phone_number'];

/** What a verification code proves: see `CodeRecord`. */
export interface ToVerify {
  attribute: Contact;
  value: string;
  /** Given when the account does not hold the value yet. */
  replaces?: string;
}

/** Each contact has codes of its own, so that one never proves another. */
export const verifying = (contact: Contact): Purpose => `verify-${contact}`;

/**
 * Sends somebody who is signed in a code for one of their contacts. Always a code: links are for signing up (2.5).
 * @throws Refusal `delivery-failed`
 */
export async function sendVerification(pool: Sending, account: Account, sent: ToVerify): Promise<Delivery> {
  const code = await issueCode(pool, {
    purpose: verifying(sent.attribute),
    subject: account.id,
    ...sent,
  });
  const { attribute, value } = sent;
  const data = { username: shownName(pool.settings, account), code };
  return sendMessage(pool, { attribute, value }, { name: 'verification-code', data });
}

/** As `sendVerification`, for each: one message that fails does not keep the other from being sent. */
export async function sendVerifications(
  pool: Sending,
  account: Account,
  toVerify: readonly ToVerify[],
): Promise<Delivery[]> {
  const results = await Promise.allSettled(toVerify.map((each) => sendVerification(pool, account, each)));
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}

/** What the contact is to become once it is verified; undefined when nothing waits. It waits as long as its code lives. */
export async function waitingValue(
  pool: Pick<Pool, 'sessions'>,
  { id, attributes }: Account,
  contact: Contact,
): Promise<string | undefined> {
  const record = await pool.sessions.find<CodeRecord>('code', codeId(verifying(contact), id));
  // An administrator may have given the account another value since: then this one waits no more.
  return record?.replaces === (attributes[contact] ?? '') ? record.value : undefined;
}

/** Gives up what waits for a contact that was given the value again that it has: somebody has thought better of it. */
export async function forgetGivenUp(
  pool: Pick<Pool, 'sessions'>,
  before: Account,
  given: Attributes,
): Promise<void> {
  for (const contact of CONTACTS) {
    const again = given[contact] && given[contact] === before.attributes[contact];
    if (again && (await waitingValue(pool, before, contact)) !== undefined)
      await pool.sessions.remove('code', codeId(verifying(contact), before.id));
  }
}
