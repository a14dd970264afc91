import type { Collection } from 'mongodb';
import type { Mongo } from '../databases/mongo.ts';

/** How many documents one command removes, so that none takes long. */
const BATCH = 500;

/**
 * Removes all that a pool has. Accounts go first: a claim without an account is free, an account without its claims
 * could not be found. When it is interrupted, calling it again goes on.
 */
export async function clearAccounts({ collection, run }: Mongo, poolKey: string): Promise<void> {
  for (const name of ['accounts', 'account_names']) {
    const documents: Collection<{ _id: string }> = collection(name);
    // Every `_id` begins with the pool and a bar; `}` is the character after the bar.
    const ofPool = { _id: { $gte: `${poolKey}|`, $lt: `${poolKey}}` } };
    const some = () => documents.find(ofPool, { projection: { _id: 1 }, limit: BATCH }).toArray();
    for (let found = await run(some); found.length > 0; found = await run(some)) {
      const ids = found.map(({ _id }) => _id);
      await run(() => documents.deleteMany({ _id: { $in: ids } }));
    }
  }
  const totals: Collection<{ _id: string }> = collection('account_totals');
  await run(() => totals.deleteOne({ _id: poolKey }));
}
