import type { Account } from '#adapters/accounts/store.ts';
import { Refusal } from '../../errors.ts';
import type { Pool } from '../../pool.ts';
import type { CodeRecord } from '../codes/code.ts';
import { redeemCode } from '../codes/redeem-code.ts';
import { changeAccount } from '../write-account.ts';
import type { Attributes } from './check-attributes.ts';
import { claimAlias } from './claim-alias.ts';
import { contactNamed } from './request-verification.ts';
import { verifying } from './send-verification.ts';

type Sent = Pick<CodeRecord, 'attribute' | 'value' | 'replaces'>;

export interface Verification {
  /** Name of the attribute. */
  name: string;
  code: string;
  /** The client's, as far as it is known. */
  address?: string;
}

/**
 * Somebody who is signed in proves one of their contacts by the code that it was sent (USR-51). It becomes an alias
 * with that where the pool has it as one; another account keeps it (USR-183), and the code stays good.
 * @throws Refusal `invalid-parameter`, `code-wrong`, `code-expired`, `code-attempts-exceeded`, `too-many-requests`,
 * `alias-taken`
 */
export async function verifyAttribute(
  pool: Pick<Pool, 'id' | 'accounts' | 'sessions' | 'settings' | 'vault' | 'clock' | 'limits'>,
  account: Pick<Account, 'id'>,
  { name, code, address }: Verification,
): Promise<Account> {
  const contact = contactNamed(name);
  const redeemed = { purpose: verifying(contact), subject: account.id, code, address };
  return redeemCode(pool, redeemed, (sent) => {
    const verify = () =>
      changeAccount(pool, account.id, (current) => ({
        ...current,
        attributes: proven(current.attributes, sent),
      }));
    return claimAlias(pool, verify, { takeOver: false });
  });
}

function proven(current: Attributes, { attribute, value, replaces }: Sent): Attributes {
  // The code proves what it was sent to, or was to replace, not what stands there since.
  if ((current[attribute] ?? '') !== (replaces ?? value)) throw new Refusal('code-expired');
  return { ...current, [attribute]: value, [`${attribute}_verified`]: 'true' };
}
