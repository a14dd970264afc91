import { Unavailable } from '#adapters/errors.ts';
import type { Stores } from '#adapters/open.ts';

/** Given a verb of a door, and the pool that the store is bound to, what to tell each time: how long, and whether it failed. */
export type Observe = (door: string, verb: string, poolId?: string) => (ms: number, failed: boolean) => void;

/** The same stores; every verb tells how long it took. Nothing stands around a store when nobody measures. */
export function timeStores(stores: Stores, observers: Observe[]): Stores {
  if (observers.length === 0) return stores;
  const { accounts, directory, sessions, uploads } = stores;
  const observe: Observe = (...verb) => {
    const told = observers.map((observer) => observer(...verb));
    return (ms, failed) => {
      for (const tell of told) tell(ms, failed);
    };
  };
  return {
    ...stores,
    accounts: timeDoor('accounts', accounts, observe),
    directory: {
      ...timeDoor('directory', directory, observe),
      installation: timeVerbs('directory', directory.installation, observe),
    },
    sessions: timeDoor('sessions', sessions, observe),
    uploads: timeDoor('uploads', uploads, observe),
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
    forPool: (poolId: string) => timeVerbs(door, forPool(poolId), observe, poolId),
    close,
  };
}

type Verb = (...parameters: unknown[]) => Promise<unknown>;

function timeVerbs<Store extends object>(
  door: string,
  store: Store,
  observe: Observe,
  poolId?: string,
): Store {
  const members = Object.entries(store).map(([verb, member]) => [
    verb,
    typeof member === 'function' ? timeVerb(member as Verb, observe(door, verb, poolId)) : member,
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
