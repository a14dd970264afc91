import type { Account } from '#adapters/accounts/store.ts';
import { AlreadyExists } from '#adapters/errors.ts';
import { invalidParameter, Refusal } from '../../errors.ts';
import type { Pool } from '../../pool.ts';
import { findAccount } from '../find-account.ts';
import { changeAccount } from '../write-account.ts';
import type { Source } from './sign-in-federated.ts';

type Rules = Pick<Pool, 'accounts' | 'settings' | 'clock'>;

/** Somebody, by the name that a provider has for them; the pool itself is a provider too. */
export interface Named {
  provider: string;
  /** What the name is called there. */
  attribute?: string;
  value: string;
}

/** The pool's own directory, as the API calls it. */
const POOL = /^cognito$/i;
/** What every provider calls its name for a person, whatever the provider itself calls it. */
const SUBJECT = 'Cognito_Subject';

/** Identities of one person besides the one that the account was made for. */
const MOST_LINKED = 5;

/**
 * Lets somebody of a provider sign in to an account that is there. Said by an administrator; nobody links themselves.
 * The person is named by what the provider never changes and nobody can choose: linking by an e-mail address would let
 * in whoever can write that address at the provider (ATK-29).
 * @param subject what the provider's own name for a person is called, such as `sub`
 * @throws Refusal `user-not-found`, `invalid-parameter`, `limit-exceeded`
 */
export async function linkProvider(
  pool: Rules,
  { source, subject, person, account }: { source: Source; subject?: string; person: Named; account: Named },
): Promise<void> {
  if (person.attribute !== SUBJECT && (person.attribute === undefined || person.attribute !== subject))
    throw invalidParameter(
      `ProviderAttributeName of the source user must be ${SUBJECT}: no other attribute says for certain who somebody is.`,
    );
  if (person.value === '') throw invalidParameter('ProviderAttributeValue of the source user is empty.');
  const { id } = await requireNamed(pool, account);
  const identity = { provider: source.name, subject: person.value };
  try {
    await changeAccount(pool, id, (current) => {
      const identities = current.identities ?? [];
      if (identities.some((one) => one.provider === identity.provider && one.subject === identity.subject))
        throw invalidParameter('SourceUser is already linked to DestinationUser');
      if (identities.filter(({ primary }) => !primary).length >= MOST_LINKED)
        throw new Refusal('limit-exceeded', {
          message: `No more than ${MOST_LINKED} users of providers can be linked to a user.`,
        });
      const linked = { ...identity, type: source.type, primary: false, linkedAt: pool.clock.now() };
      return { ...current, identities: [...identities, linked] };
    });
  } catch (error) {
    if (!(error instanceof AlreadyExists)) throw error;
    throw invalidParameter('SourceUser has a profile in the user pool or is linked already.');
  }
}

/**
 * From now on somebody cannot sign in through a provider; for the pool itself, not with a password. A person who was
 * linked will have an account of their own next time; one whose account was made for the provider is refused.
 * @throws Refusal `user-not-found`, `invalid-parameter`
 */
export async function disableProvider(pool: Rules, person: Named, subject?: string): Promise<void> {
  if (person.attribute !== undefined && person.attribute !== SUBJECT && person.attribute !== subject)
    throw invalidParameter(`ProviderAttributeName must be ${SUBJECT}.`);
  const { id } = await requireNamed(pool, person);
  await changeAccount(pool, id, (current) => {
    if (POOL.test(person.provider)) {
      const { passwordHash: _, srpVerifier: __, ...rest } = current;
      return rest;
    }
    const identities = current.identities?.filter(
      (one) => one.provider !== person.provider || one.subject !== person.value,
    );
    return { ...current, identities: identities?.length ? identities : undefined };
  });
}

/** @throws Refusal `user-not-found` */
async function requireNamed(pool: Rules, { provider, value }: Named): Promise<Account> {
  const found = POOL.test(provider)
    ? ((await findAccount(pool, value)) ?? (await pool.accounts.find(value)))
    : await pool.accounts.findByIdentity({ provider, subject: value });
  if (!found) throw new Refusal('user-not-found');
  return found;
}
