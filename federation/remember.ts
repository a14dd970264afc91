/**
 * What is published and seldom changes (discovery, keys, SAML metadata) is read once and remembered. Many people who
 * sign in at the same moment wait for one request; a provider that is away is not asked again by each of them.
 */
import type { Clock } from './provider.ts';

export interface Loaded<T> {
  value: T;
  /** Until then nobody asks again. Milliseconds since the epoch, as is the next. */
  freshUntil: number;
  /** Until then it serves when asking again fails. */
  usableUntil: number;
}

export interface RememberOptions<T> {
  /** The value that was not enough (a key is missing): read again, unless somebody has done so meanwhile. */
  insufficient?: T;
  /** Read now, whatever is known: somebody has just changed something and looks whether it works. */
  anew?: boolean;
}

export type Remember = <T>(
  key: string,
  load: () => Promise<Loaded<T>>,
  options?: RememberOptions<T>,
) => Promise<T>;

/** A provider that did not answer is left alone this long: each sign-in would wait for it otherwise. */
const PAUSE = 10_000;
/** More documents than that are not kept: addresses come from administrators of pools. */
const KEPT = 2000;

interface Entry {
  loaded?: Loaded<unknown>;
  underWay?: Promise<Loaded<unknown>>;
  failed?: { error: unknown; until: number };
}

/** One memory for a process. Keys name what is loaded and how it was read: a value never serves another reader. */
export function openMemory(clock: Clock): Remember {
  const entries = new Map<string, Entry>();

  function entryOf(key: string): Entry {
    const entry = entries.get(key) ?? {};
    entries.delete(key);
    entries.set(key, entry);
    const [oldest] = entries.keys();
    if (entries.size > KEPT && oldest !== undefined) entries.delete(oldest);
    return entry;
  }

  async function ask(entry: Entry, load: () => Promise<Loaded<unknown>>): Promise<Loaded<unknown>> {
    entry.underWay ??= load().finally(() => {
      entry.underWay = undefined;
    });
    try {
      entry.loaded = await entry.underWay;
      entry.failed = undefined;
      return entry.loaded;
    } catch (error) {
      entry.failed = { error, until: clock.now() + PAUSE };
      throw error;
    }
  }

  return async <T>(key: string, load: () => Promise<Loaded<T>>, options: RememberOptions<T> = {}) => {
    const entry = entryOf(key);
    const { loaded, failed } = entry;
    const now = clock.now();
    if (options.anew) {
      // One that began before may bring what was published before.
      await entry.underWay?.catch(() => undefined);
      return (await ask(entry, load)).value as T;
    }
    const enough = loaded && loaded.value !== options.insufficient;
    if (enough && now < loaded.freshUntil) return loaded.value as T;
    const usable = loaded && now < loaded.usableUntil ? loaded : undefined;
    if (failed && now < failed.until) {
      if (usable) return usable.value as T;
      throw failed.error;
    }
    try {
      return (await ask(entry, load)).value as T;
    } catch (error) {
      if (usable) return usable.value as T;
      throw error;
    }
  };
}
