import type { AdapterPayload } from 'oidc-provider';
import { Missing } from '#adapters/errors.ts';
import { Refusal } from '../errors.ts';
import type { Pool } from '../pool.ts';
import { hashed, KINDS } from './storage.ts';

/**
 * The interaction becomes what `end` makes of it, and the library will find its result: in one step, so that of two
 * posts of the same form one ends the interaction.
 * @returns where the browser goes on
 * @throws Refusal `attempt-expired` when it has ended already
 */
export async function endInteraction(
  pool: Pick<Pool, 'sessions'>,
  uid: string,
  end: (current: AdapterPayload) => AdapterPayload,
): Promise<string> {
  try {
    const { returnTo } = await pool.sessions.update<AdapterPayload>(
      KINDS.Interaction,
      hashed(uid),
      (current) => {
        if (current.result) throw new Refusal('attempt-expired');
        return end(current);
      },
    );
    return returnTo ?? '';
  } catch (error) {
    throw error instanceof Missing ? new Refusal('attempt-expired') : error;
  }
}
