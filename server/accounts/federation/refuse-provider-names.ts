import { Refusal } from '../../errors.ts';
import type { Pool } from '../../pool.ts';
import { foldName } from '../fold-name.ts';

/** More than a pool may have. */
const ALL = 1000;

/**
 * Refuses a username that somebody of a provider would have: whoever took it first would keep that person out (ATK-30).
 * For those who choose their own names; an administrator may give any.
 * @throws Refusal `username-form`
 */
export async function refuseProviderNames(
  { directory, settings }: Pick<Pool, 'directory' | 'settings'>,
  username: string,
): Promise<void> {
  // Nearly all names are told without asking.
  if (!username.includes('_') || settings.UsernameAttributes.length > 0) return;
  const { items } = await directory.list('identity-provider', { limit: ALL });
  const folded = foldName(settings, 'username', username);
  if (items.some(({ id }) => folded.startsWith(foldName(settings, 'username', `${id}_`))))
    throw new Refusal('username-form', {
      message: 'Username cannot begin with the name of an identity provider.',
    });
}
