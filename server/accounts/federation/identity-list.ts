import type { Account, Identity } from '#adapters/accounts/store.ts';

/** An identity as the API and tokens call its parts. */
export interface ListedIdentity {
  userId: string;
  providerName: string;
  providerType: string;
  issuer: string | null;
  primary: boolean;
  /** Milliseconds since the epoch. */
  dateCreated: number;
}

/** The identities of an account at providers outside; undefined when it has none. */
export function identityList({ identities }: Pick<Account, 'identities'>): ListedIdentity[] | undefined {
  return identities?.length ? identities.map(listed) : undefined;
}

const listed = ({ subject, provider, type, issuer, primary, linkedAt }: Identity): ListedIdentity => ({
  userId: subject,
  providerName: provider,
  providerType: type,
  issuer: issuer ?? null,
  primary,
  dateCreated: linkedAt,
});
