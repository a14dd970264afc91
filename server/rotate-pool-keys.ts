/** `foyer rotate-keys`: new signing keys for a pool, beside the processes that run. */
import { openStores } from '#adapters/open.ts';
import { systemClock } from './clock.ts';
import { PUBLISH_AHEAD_MS, rotateKeys } from './pools/keys.ts';
import { InvalidSettings } from './settings/load.ts';
import type { ProcessSettings } from './settings/process.ts';
import { openVault } from './vault.ts';

/** `atOnce`: the old keys end now, and with them every token that they signed, for somebody else may have them. */
export async function rotatePoolKeys(
  settings: ProcessSettings,
  poolId: string,
  { atOnce = false }: { atOnce?: boolean } = {},
): Promise<void> {
  const stores = await openStores({ ...settings, clock: systemClock });
  try {
    if (!(await stores.directory.find('pool', poolId)))
      throw new InvalidSettings([`There is no pool ${poolId} in these stores.`]);
    const directory = stores.directory.forPool(poolId);
    const room = { directory, vault: openVault(settings.masterSecret), clock: systemClock, poolId };
    await rotateKeys(room, atOnce ? { publishAheadMs: 0, overlapMs: 0 } : {});
    if (atOnce) {
      process.stdout.write(
        `New keys of ${poolId} sign from now on; tokens of the old ones are refused once verifiers have fetched the keys anew.\n`,
      );
      return;
    }
    const hours = Math.round(PUBLISH_AHEAD_MS / 3_600_000);
    process.stdout.write(
      `New keys of ${poolId} are published now and sign in ${hours} hours; the old ones stay published until no token of theirs is valid.\n`,
    );
  } finally {
    await stores.close();
  }
}
