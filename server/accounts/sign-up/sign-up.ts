import type { Account } from '#adapters/accounts/store.ts';
import { writableAttributes } from '../../attribute-permissions.ts';
import { invalidParameter, type Reason, Refusal } from '../../errors.ts';
import type { Delivery } from '../../messages/delivery.ts';
import type { Client, Pool } from '../../pool.ts';
import { applyAttributes } from '../attributes/apply-attributes.ts';
import { type Attributes, checkAttributes, checkRequired } from '../attributes/check-attributes.ts';
import { refuseProviderNames } from '../federation/refuse-provider-names.ts';
import { takeTurn } from '../limits/take-turn.ts';
import { nameNewAccount, refuseShadowing } from '../new-name.ts';
import { checkPasswordPolicy } from '../password-policy.ts';
import { passwordProof } from '../password-proof.ts';
import { createAccount, nameConflict } from '../write-account.ts';
import { type Sending, sendConfirmation } from './send-confirmation.ts';

export type { Delivery };

export interface SignUpRequest {
  /** A username; an e-mail address or telephone number where the pool signs in by that. */
  username: string;
  /** Undefined is refused: nobody signs in without one yet. */
  password: string | undefined;
  attributes: Attributes;
  /** The client's, as far as it is known. */
  address?: string;
}

export interface SignedUp {
  account: Account;
  /** Where the code or link went; absent when the pool verifies nothing. */
  delivery?: Delivery;
  /** Why its message could not be sent; the account exists, and can be sent another (USR-27). */
  deliveryFailed?: Refusal;
}

/**
 * A person makes an account for themselves (spec of the service, SignUp: checks in this order). It is UNCONFIRMED.
 * @throws Refusal `sign-up-closed`, `username-form`, `attribute-*`, `email-format`, `phone-format`, `invalid-parameter`,
 * `password-policy`, `username-taken`, `contact-taken-username`, `too-many-requests`, `busy`
 */
export async function signUp(
  pool: Sending & Pick<Pool, 'accounts' | 'directory' | 'passwords' | 'limits'>,
  client: Client,
  request: SignUpRequest,
): Promise<SignedUp> {
  const { settings } = pool;
  const { password } = request;
  if (settings.AdminCreateUserConfig.AllowAdminCreateUserOnly) throw new Refusal('sign-up-closed');

  const named = nameNewAccount(settings, request.username, request.attributes);
  const schema = settings.SchemaAttributes;
  checkAttributes({
    schema,
    given: request.attributes,
    writable: writableAttributes(pool, client),
    creating: true,
  });
  // The sign-in name became an attribute: it must fit too, but whoever signs up by it may always give it.
  checkAttributes({ schema, given: named.attributes, creating: true });
  const attributes = applyAttributes({}, named.attributes);
  checkRequired(schema, attributes);
  if (password === undefined) throw invalidParameter('Password is required.');
  checkPasswordPolicy(settings.Policies.PasswordPolicy, password);
  // A form filled in wrongly is not counted; whether a name is taken is only told to those who are.
  await takeTurn(pool, 'sign-ups', request.address);
  await refuseShadowing(pool, named.username);
  await refuseProviderNames(pool, named.username);

  const proof = await passwordProof(pool, named, password);
  const account = await create(pool, { ...named, attributes, ...proof });
  try {
    return { account, delivery: await sendConfirmation(pool, client, account) };
  } catch (error) {
    if (error instanceof Refusal && UNSENT.includes(error.reason)) return { account, deliveryFailed: error };
    throw error;
  }
}

const UNSENT: readonly Reason[] = ['delivery-failed', 'mail-limit', 'sms-limit', 'code-attempts-exceeded'];

async function create(
  pool: Pick<Pool, 'accounts' | 'settings' | 'clock'>,
  fields: Pick<Account, 'id' | 'username' | 'attributes' | 'passwordHash' | 'srpVerifier'>,
): Promise<Account> {
  try {
    return await createAccount(pool, { ...fields, status: 'UNCONFIRMED' });
  } catch (error) {
    const conflict = nameConflict(error);
    if (!conflict) throw error;
    throw conflict.kind === 'username'
      ? new Refusal('username-taken')
      : new Refusal('contact-taken-username', { contact: conflict.kind });
  }
}
