import { countFailure, type Limiting, refuseAfterFailures } from '../accounts/limits/take-turn.ts';

/**
 * Runs the check of a secret that a client sends to the API. Who sends wrong ones is stopped after a while, whichever
 * operation they try: the failures are those of the OAuth endpoints, too.
 * @param check throws when the secret is wrong
 * @throws Refusal `too-many-requests`, and what the check throws
 */
export async function proveClient(
  pool: Limiting,
  address: string | undefined,
  check: () => void,
): Promise<void> {
  await refuseAfterFailures(pool, 'client-failures', address);
  try {
    check();
  } catch (error) {
    await countFailure(pool, 'client-failures', address);
    throw error;
  }
}
