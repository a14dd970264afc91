/** Workers that die, stand still or lose a store, at every moment: each row is counted once, whoever works on it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Unavailable } from '#adapters/errors.ts';
import type { Importing } from './import-file.ts';
import { refuseDuringImport } from './refuse-during-import.ts';
import {
  countsOf,
  MINUTE,
  newStage,
  openStage,
  POOL,
  people,
  person,
  SECOND,
  type Stage,
} from './testing/open-stage.ts';
import { takeTurn } from './turns.ts';

/** Repeats, failures and blank lines among 400 people; worked on in about six steps. */
function mixed(stage: Stage): { text: string; counts: object; users: number } {
  const rows = people(400);
  rows.splice(120, 0, person('user7'), person('user8', { email_verified: 'maybe' }));
  rows.push(person('user399', { name: 'again' }), person('last'));
  const text = stage.file(rows).replace('\nuser50,', '\n\n\nuser50,');
  return { text, counts: { imported: 401, skipped: 2, failed: 1 }, users: 401 };
}

type Stores = Pick<Importing, 'accounts' | 'directory' | 'uploads'>;

/** Stores that die with the process: the nth call to them is made or not, and every later one is never answered. */
function dying(
  stores: Stores,
  nth: number,
  made: boolean,
): { stores: Stores; died: Promise<void>; calls(): number } {
  let calls = 0;
  let die = () => {};
  const died = new Promise<void>((resolve) => {
    die = resolve;
  });
  const never = new Promise<never>(() => {});
  const mortal = <Store extends object>(store: Store): Store =>
    new Proxy(store, {
      get(target, verb) {
        const value: unknown = Reflect.get(target, verb);
        if (verb === 'forPool' && typeof value === 'function')
          return (pool: string) => mortal(value.call(target, pool) as object);
        if (typeof value === 'object' && value !== null) return mortal(value);
        if (typeof value !== 'function') return value;
        return async (...given: unknown[]) => {
          if (++calls < nth) return value.apply(target, given);
          if (calls === nth && made) await value.apply(target, given);
          die();
          return never;
        };
      },
    });
  const { accounts, directory, uploads } = stores;
  return {
    stores: { accounts: mortal(accounts), directory: mortal(directory), uploads: mortal(uploads) },
    died,
    calls: () => calls,
  };
}

test('USR-152 a worker that dies before or after any of its steps leaves a job that another ends, counted right', async () => {
  const whole = await newStage();
  const { text } = mixed(whole);
  const counting = dying(whole.parts, Number.POSITIVE_INFINITY, true);
  await whole.begun(text);
  await whole.worker(counting.stores).look();
  const steps = counting.calls();
  assert.ok(steps > 20, `only ${steps} steps`);
  for (let step = 1; step <= steps; step++)
    for (const made of [false, true]) {
      const stage = await openStage();
      const { counts, users } = mixed(stage);
      const job = await stage.begun(text);
      const { stores, died } = dying(stage.parts, step, made);
      const looking = stage.worker(stores).look();
      await Promise.race([died, looking]);
      stage.clock.at += MINUTE;
      const next = stage.worker();
      await next.look();
      const ended = await stage.find(job);
      const where = `step ${step} ${made ? 'made' : 'not made'}`;
      assert.equal(ended.record.status, 'Succeeded', where);
      assert.deepEqual(countsOf(ended), counts, where);
      assert.equal((await stage.accounts.list({ limit: 500 })).items.length, users, where);
      assert.deepEqual(
        (await stage.stores.directory.installation.list('import-task', { limit: 1 })).items,
        [],
      );
      await refuseDuringImport(stage.parts, POOL, {});
      const file = ended.record.upload?.id ?? assert.fail(where);
      assert.equal(await stage.stores.uploads.forPool(POOL).read(file, 0), undefined, where);
      await next.close();
      await stage.stores.close();
    }
});

test('a worker is not disturbed while its lease lasts, and has nothing more to say after another took over', async () => {
  const stage = await newStage();
  const { text, counts, users } = mixed(stage);
  const job = await stage.begun(text);
  let stands = () => {};
  const standing = new Promise<void>((resolve) => {
    stands = resolve;
  });
  let wake = () => {};
  const waking = new Promise<void>((resolve) => {
    wake = resolve;
  });
  // It stands still between making the accounts of some rows and counting them.
  let calls = 0;
  const still = {
    ...stage.parts.accounts,
    forPool: (pool: string) => {
      const store = stage.parts.accounts.forPool(pool);
      return {
        ...store,
        createAll: async (...given: Parameters<typeof store.createAll>) => {
          const made = await store.createAll(...given);
          if (++calls === 2) {
            stands();
            await waking;
          }
          return made;
        },
      };
    },
  };
  const looking = stage.worker({ accounts: still }).look();
  await standing;
  const other = stage.worker();
  stage.clock.at += 29 * SECOND;
  await other.look();
  assert.deepEqual(countsOf(await stage.find(job)), { imported: 5, skipped: 0, failed: 0 });
  stage.clock.at += SECOND;
  stage.onLine.call = () => {
    // The other one is in the middle of its work.
    if (stage.lines().length === 205) wake();
  };
  await Promise.all([other.look(), looking]);
  const ended = await stage.find(job);
  assert.equal(ended.record.status, 'Succeeded');
  assert.deepEqual(countsOf(ended), counts);
  assert.equal((await stage.accounts.list({ limit: 500 })).items.length, users);
});

test('of many workers who look at once one works', async () => {
  const stage = await newStage();
  const { text, counts } = mixed(stage);
  const job = await stage.begun(text);
  await Promise.all(Array.from({ length: 10 }, () => stage.worker().look()));
  assert.deepEqual(countsOf(await stage.find(job)), counts);
  assert.equal(stage.lines().length, 404);
});

test('a process that is asked to stop leaves the job to another at once', async () => {
  const stage = await newStage();
  const { text, counts } = mixed(stage);
  const job = await stage.begun(text);
  const first = stage.worker();
  let closing: Promise<void> | undefined;
  stage.onLine.call = () => {
    if (stage.lines().length === 50) closing = first.close();
  };
  await first.look();
  await closing;
  const { record } = await stage.find(job);
  assert.equal(record.status, 'InProgress');
  assert.ok(record.imported >= 50 && record.imported < 300);
  await stage.worker().look();
  assert.deepEqual(countsOf(await stage.find(job)), counts);
});

test('a store that is away makes the job wait, not fail', async () => {
  const stage = await newStage();
  const { text, counts } = mixed(stage);
  const job = await stage.begun(text);
  const away = {
    ...stage.parts.accounts,
    forPool: (pool: string) => ({
      ...stage.parts.accounts.forPool(pool),
      createAll: () => Promise.reject(new Unavailable('accounts')),
    }),
  };
  await stage.worker({ accounts: away }).look();
  assert.equal(await stage.status(job), 'InProgress');
  stage.clock.at += 5 * SECOND;
  await stage.worker().look();
  assert.deepEqual(countsOf(await stage.find(job)), counts);
});

test('a fault of ours ends the job and is told to the operator, not to the caller', async () => {
  const stage = await newStage();
  const job = await stage.begun(stage.file(people(5)));
  const broken = {
    ...stage.parts.accounts,
    forPool: (pool: string) => ({
      ...stage.parts.accounts.forPool(pool),
      createAll: () => Promise.reject(new TypeError('x is not a function')),
    }),
  };
  await stage.worker({ accounts: broken }).look();
  const { record } = await stage.find(job);
  assert.equal(record.status, 'Failed');
  assert.equal(record.message, 'The import failed because of an internal error.');
  assert.ok(stage.logged.some(({ err }) => (err as Error | undefined)?.message === 'x is not a function'));
});

test('a turn that nobody made use of is free after a while, and its job can be started at once', async () => {
  const stage = await newStage();
  const [abandoned, other] = [await stage.create(), await stage.create()];
  for (const job of [abandoned, other]) await stage.send(job, stage.file(people(1)));
  await takeTurn(stage.parts, POOL, abandoned.id);
  await assert.rejects(stage.start(other), /Another import job/);
  stage.clock.at += 30 * SECOND;
  await stage.start(other);
  await stage.worker().look();
  await takeTurn(stage.parts, POOL, other.id).catch(() => {});
  await stage.start(abandoned);
  assert.equal(await stage.status(abandoned), 'Pending');
});

test('a task without a job to work on is tidied away', async () => {
  const stage = await newStage();
  const tasks = stage.stores.directory.installation;
  const idle = await stage.create();
  for (const [pool, job] of [
    [POOL, idle.id],
    [POOL, 'import-none'],
    ['eu-central-1_Deleted01', 'import-1'],
  ] as const)
    await tasks.create('import-task', `${pool}/${job}`, { pool, job, at: stage.clock.at });
  const waiting = await stage.create();
  await stage.send(waiting, stage.file(people(1)));
  await stage.worker().look();
  assert.deepEqual(
    (await tasks.list('import-task', { limit: 10 })).items.map(({ record }) => record.job),
    [idle.id],
    'whoever starts it may be on the way',
  );
  stage.clock.at += 2 * MINUTE;
  await stage.worker().look();
  assert.deepEqual((await tasks.list('import-task', { limit: 10 })).items, []);
  assert.equal((await stage.start(waiting)).record.status, 'Pending', 'files of other jobs are left alone');
});
