/**
 * What tests run in other processes: `node another-process.ts <task> <data folder> [pool]`. Each line on standard
 * output says something that was acknowledged; it is written at once, so that it counts when the process is killed.
 */
import { randomUUID } from 'node:crypto';
import { writeSync } from 'node:fs';
import { AlreadyExists, Unavailable } from '../errors.ts';
import { openStores } from '../open.ts';
import { testAccount } from './test-account.ts';

const [task = '', dataFolder = '', pool = 'eu-central-1_Processes'] = process.argv.slice(2);
const say = (line: string) => writeSync(1, `${line}\n`);

const stores = await openStores({ dataFolder, clock: { now: () => Date.now() } });
const accounts = stores.accounts.forPool(pool);
const sessions = stores.sessions.forPool(pool);

const tasks: Record<string, () => Promise<void>> = {
  /** Opens and closes. */
  open: async () => {
    say('opened');
  },

  /** Writes until it is killed, or until the disk is full; then says so and reads what it wrote. */
  write: async () => {
    const written: string[] = [];
    try {
      for (;;) {
        const id = randomUUID();
        await accounts.create(testAccount({ username: id, email: `${id}@example.com` }, { id }));
        say(`account ${id}`);
        written.push(id);
        await sessions.put('code', id, { id, text: 'x'.repeat(500) }, Date.now() + 3_600_000);
        say(`session ${id}`);
      }
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      say(`unavailable ${error.store} ${error.cause instanceof Error}`);
    }
    for (const id of written) if (!(await accounts.find(id))) say(`lost ${id}`);
    say('read');
  },

  /** Puts records until the disk is full, and then takes the first and counts, three times one after the other. */
  fill: async () => {
    try {
      for (let n = 0; ; n++)
        await sessions.put('code', `c${n}`, { text: 'x'.repeat(500) }, Date.now() + 3_600_000);
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      say('full');
    }
    const outcome = (work: Promise<unknown>) =>
      work.then(
        (value) => `done ${JSON.stringify(value)}`,
        (error) => `${error instanceof Unavailable && 'unavailable'}`,
      );
    for (let n = 0; n < 3; n++) {
      say(`take ${await outcome(sessions.take('code', 'c0'))}`);
      say(`count ${await outcome(sessions.count('wrong', 'one', 3_600_000))}`);
    }
  },

  /** Takes records, claims e-mail addresses and counts, all of which others do at the same time. */
  compete: async () => {
    for (let n = 0; n < 200; n++) {
      if (await sessions.take('code', `c${n}`)) say(`took ${n}`);
      const id = randomUUID();
      try {
        await accounts.create(testAccount({ username: id, email: `e${n}@example.com` }, { id }));
        say(`claimed ${n}`);
      } catch (error) {
        if (!(error instanceof AlreadyExists)) throw error;
      }
      say(`counted ${await sessions.count('wrong', 'one', 3_600_000)}`);
      await sessions.update<{ n: number }>('grant', 'one', (current) => ({ n: current.n + 1 }));
    }
  },
};

await tasks[task]?.();
await stores.close();
