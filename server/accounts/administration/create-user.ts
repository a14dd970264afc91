import type { Account } from '#adapters/accounts/store.ts';
import { Refusal } from '../../errors.ts';
import type { Pool } from '../../pool.ts';
import { applyAttributes } from '../attributes/apply-attributes.ts';
import { type Attributes, checkAttributes } from '../attributes/check-attributes.ts';
import { claimAlias } from '../attributes/claim-alias.ts';
import { nameNewAccount, refuseShadowing } from '../new-name.ts';
import { passwordProof } from '../password-proof.ts';
import { createAccount } from '../write-account.ts';
import { type Inviting, type Medium, refuseWithoutContact, sendInvitation } from './send-invitation.ts';
import { temporaryPassword } from './temporary-password.ts';

export interface CreateUser {
  username: string;
  attributes: Attributes;
  /** One that the policy allows is made up without it. */
  temporaryPassword?: string;
  /** Take a verified contact over that is another account's alias. */
  forceAliasCreation?: boolean;
  /** Undefined: by SMS if there is a telephone number. */
  mediums?: Medium[];
  suppressInvitation?: boolean;
}

/**
 * An administrator makes an account and invites its owner (AdminCreateUser). Required attributes may be missing: they
 * are asked for at the first sign-in. When the invitation cannot be sent the account exists nevertheless.
 * @throws Refusal `username-form`, `attribute-schema`, `attribute-immutable`, `email-format`, `phone-format`,
 * `password-policy`, `user-account-exists`, `contact-taken-invitation`, `invalid-parameter`, `delivery-failed`, `busy`
 */
export async function createUser(
  pool: Inviting & Pick<Pool, 'id' | 'accounts' | 'passwords' | 'vault'>,
  request: CreateUser,
): Promise<Account> {
  const { settings } = pool;
  const named = nameNewAccount(settings, request.username, request.attributes);
  checkAttributes({ schema: settings.SchemaAttributes, given: named.attributes, creating: true });
  const attributes = administered(named.attributes);
  const mediums = request.suppressInvitation ? [] : request.mediums;
  refuseWithoutContact(mediums, attributes);
  const password = temporaryPassword(settings, request.temporaryPassword);
  await refuseShadowing(pool, named.username);

  const proof = await passwordProof(pool, named, password);
  const create = () =>
    createAccount(pool, {
      ...named,
      attributes,
      ...proof,
      status: 'FORCE_CHANGE_PASSWORD',
      temporaryPasswordAt: pool.clock.now(),
    });
  const account = await claimAlias(pool, create, {
    takeOver: request.forceAliasCreation ?? false,
    taken: (kind) =>
      kind === 'username' || settings.UsernameAttributes.length > 0
        ? new Refusal('user-account-exists')
        : new Refusal('contact-taken-invitation', { contact: kind }),
  });
  await sendInvitation(pool, account, password, mediums ?? ['SMS']);
  return account;
}

/** An administrator who says nothing about a contact leaves it neither verified nor unverified, as the service does. */
function administered(given: Attributes): Attributes {
  const attributes = applyAttributes({}, given);
  for (const flag of ['email_verified', 'phone_number_verified'])
    if (given[flag] === undefined) delete attributes[flag];
  return attributes;
}
