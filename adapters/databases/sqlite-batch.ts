import type { DatabaseSync } from 'node:sqlite';

/** Writes of many callers, committed together. */
export interface Batch {
  /** Runs statements that are atomic by themselves; resolves, or throws what they threw, once they are committed. */
  write<T>(work: () => T): Promise<T>;
  /** Commits what waits. */
  flush(): void;
}

interface Waiting {
  work(): unknown;
  succeed(result: unknown): void;
  fail(error: unknown): void;
}

/**
 * A commit costs more than the statements in it. So writes wait until the event loop has heard everybody who has
 * something to say in this turn, and then run one after the other in one step: nobody holds the lock while others are
 * heard, and nobody is told before the commit. A write that fails takes nothing of the others' with it. A commit that
 * fails takes all, and then `undone` is called, since what was read between the writes was never so.
 */
export function openBatch(db: DatabaseSync, undone: () => void): Batch {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  let waiting: Waiting[] = [];

  /** What to tell each caller once all is committed. */
  const runAll = (writes: Waiting[]): (() => void)[] => {
    begin.run();
    const tellings = writes.map(({ work, succeed, fail }) => {
      try {
        const result = work();
        return () => succeed(result);
      } catch (error) {
        // A full disk, say: the engine has rolled back by itself, also what others wrote.
        if (!db.isTransaction) throw error;
        return () => fail(error);
      }
    });
    commit.run();
    return tellings;
  };

  const runTogether = (writes: Waiting[]) => {
    let tellings: (() => void)[];
    try {
      tellings = runAll(writes);
    } catch (error) {
      if (db.isOpen && db.isTransaction) db.exec('ROLLBACK');
      undone();
      tellings = writes.map(
        ({ fail }) =>
          () =>
            fail(error),
      );
    }
    for (const tell of tellings) tell();
  };

  /** Without others a statement commits by itself, which is cheaper. */
  const runAlone = ({ work, succeed, fail }: Waiting) => {
    try {
      succeed(work());
    } catch (error) {
      fail(error);
    }
  };

  const flush = () => {
    const writes = waiting;
    waiting = [];
    const [only] = writes;
    if (only && writes.length === 1) runAlone(only);
    else if (only) runTogether(writes);
  };

  return {
    write: <T>(work: () => T) =>
      new Promise<T>((resolve, reject) => {
        if (waiting.length === 0) setImmediate(flush);
        waiting.push({ work, succeed: (result) => resolve(result as T), fail: reject });
      }),
    flush,
  };
}
