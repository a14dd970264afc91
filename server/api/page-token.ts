/**
 * The `NextToken` of lists: a store's cursor, sealed, so that a caller can neither read nor forge one, and bound to
 * its list, so that a token of another pool or another operation is no key to this one.
 */
import { invalidParameter } from '../errors.ts';
import type { Service } from './operation.ts';

type Sealing = Pick<Service, 'vault'>;

/** @param list what the token is good for, such as `ListUserPoolClients/eu-central-1_Ab12Cd34E`. */
export function sealPageToken(
  { vault }: Sealing,
  list: string,
  cursor: string | undefined,
): string | undefined {
  return cursor === undefined ? undefined : vault.seal('page-token', list, cursor);
}

/** The cursor of a token that this list gave; throws Refusal `invalid-parameter` for any other. */
export function openPageToken(
  { vault }: Sealing,
  list: string,
  token: string | undefined,
): string | undefined {
  if (token === undefined) return undefined;
  try {
    return vault.open('page-token', list, token);
  } catch {
    throw invalidToken();
  }
}

/** For a list that is always one page: it gave no token, so any is another's. @throws Refusal `invalid-parameter` */
export function refusePageToken(token: string | undefined): void {
  if (token !== undefined) throw invalidToken();
}

const invalidToken = () => invalidParameter('Invalid pagination token given.');
