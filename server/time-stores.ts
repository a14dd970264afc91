import { Unavailable } from '#adapters/errors.ts';
import type { Stores } from '#adapters/open.ts';
import type { Metrics } from './metrics.ts';

type Observe = Metrics['stored'];

/** The same stores; every verb tells how long it took. Nothing stands around a store when nobody measures. */
export function timeStores(stores: Stores, observe: Observe): Stores {
  const { accounts, directory, sessions } = stores;
  return {
    ...stores,
    accounts: timeDoor('accounts', accounts, observe),
    directory: {
      ...timeDoor('directory', directory, observe),
      installation: timeVerbs('directory', directory.installation, observe),
    },
    sessions: timeDoor('sessions', sessions, observe),
  };
}

interface Door {
  forPool(poolId: string): object;
  close(): Promise<void>;
}

function timeDoor<D extends Door>(door: string, stores: D, observe: Observe): D {
  const { forPool, close } = stores;
  return {
    ...timeVerbs(door, stores, observe),
    forPool: (poolId: string) => timeVerbs(door, forPool(poolId), observe),
    close,
  };
}

type Verb = (...parameters: unknown[]) => Promise<unknown>;

function timeVerbs<Store extends object>(door: string, store: Store, observe: Observe): Store {
  const members = Object.entries(store).map(([verb, member]) => [
    verb,
    typeof member === 'function' ? timeVerb(member as Verb, observe(door, verb)) : member,
  ]);
  return Object.fromEntries(members) as Store;
}

function timeVerb(verb: Verb, told: ReturnType<Observe>): Verb {
  return async (...parameters) => {
    const started = performance.now();
    let failed = false;
    try {
      return await verb(...parameters);
    } catch (error) {
      // That a name is taken, or a record missing, is an answer.
      failed = error instanceof Unavailable;
      throw error;
    } finally {
      told(performance.now() - started, failed);
    }
  };
}
