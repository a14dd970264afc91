/**
 * Accounts on MongoDB: one document for each account, written by compare-and-set on a random stamp, and one for
 * each name (`mongo-claims.ts` says in which order they are written and what a crash leaves). The account itself
 * is one JSON text (see `databases/record-text.ts`); beside it stand the values under which it is listed, each
 * with an index that begins with the pool, so that a list reads one range of one index.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Collection } from 'mongodb';
import type { Clock } from '../clock.ts';
import { isDuplicate, type Mongo, openMongo, upsert } from '../databases/mongo.ts';
import { readRecord, recordText } from '../databases/record-text.ts';
import { sortable } from '../databases/text-order.ts';
import { AlreadyExists, Missing, Unavailable } from '../errors.ts';
import { type Claimed, claimsOf } from './mongo-claims.ts';
import { clearAccounts } from './mongo-clear.ts';
import { createInRuns } from './mongo-create-all.ts';
import { indexName, listAccounts } from './mongo-list.ts';
import { difference, identityName, namesOf, type Pair } from './pairs.ts';
import { GROUP, INDEXES, indexed } from './search.ts';
import type { Account, AccountStore, AccountStores } from './store.ts';

export interface AccountDocument {
  /** `<pool>|<id>`. */
  _id: string;
  pool: string;
  id: string;
  /** Another one after each write. */
  stamp: string;
  account: string;
  /** Kind of name to the token of its claim. */
  held: Record<string, string>;
  /** Values under which it is listed; a list of those in the index of groups. */
  search: Record<string, string | string[]>;
}

export interface MongoAccountOptions {
  url: string;
  database: string;
  patienceMs?: number;
  clock: Clock;
}

/** Throws StoreError for an address that is none, Unavailable and NewerSchema. */
export async function openMongoAccounts(options: MongoAccountOptions): Promise<AccountStores> {
  const mongo = await openMongo({
    store: 'accounts',
    url: options.url,
    database: options.database,
    patienceMs: options.patienceMs,
    // The index of groups came with 2: an older version would write accounts without their entries in it.
    schemaVersion: 2,
    upgrade: async (db) => {
      const indexes = INDEXES.map((index) => {
        const key = { pool: 1, [`search.${index}`]: 1, _id: 1 } as const;
        return { key, name: indexName(index) };
      });
      await db.collection('accounts').createIndexes(indexes);
    },
  });
  return {
    forPool: (poolId) => bind(poolId, mongo, options.clock),
    ping: mongo.ping,
    close: mongo.close,
  };
}

const MOST_ATTEMPTS = 500;

function bind(pool: string, mongo: Mongo, clock: Clock): AccountStore {
  const { run } = mongo;
  const accounts: Collection<AccountDocument> = mongo.collection('accounts');
  const totals: Collection<{ _id: string; accounts: number }> = mongo.collection('account_totals');
  const poolKey = encodeURIComponent(pool);
  const key = (id: string) => `${poolKey}|${sortable(id)}`;
  const read = (id: string) => run(() => accounts.findOne({ _id: key(id) }));
  const holds = async (id: string, kind: string, token: string) => (await read(id))?.held[kind] === token;
  const claims = claimsOf(pool, mongo, clock, holds);

  /** Beside the truth, so a failure costs no more than an estimate that is one off. */
  const addToTotal = (change: number) =>
    run(() =>
      upsert(() => totals.updateOne({ _id: poolKey }, { $inc: { accounts: change } }, { upsert: true })),
    ).catch(() => {});

  /** All but the total. */
  const write = async (account: Account): Promise<void> => {
    const { id } = account;
    const text = recordText(account);
    const claimed = await claims.claim(namesOf(account), id);
    if ('own' in claimed) throw new AlreadyExists(claimed.own.join(':'));
    await stillFresh(claimed);
    const written = await run(async () => {
      try {
        const content = { pool, id, stamp: randomUUID(), account: text, held: claimed.tokens };
        await accounts.insertOne({ _id: key(id), ...content, search: entries(account) });
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    });
    if (!written) {
      await claimed.release();
      throw new AlreadyExists(`id:${id}`);
    }
  };

  const holder = async ([kind, value]: Pair): Promise<Account | undefined> => {
    let seen: string | undefined;
    for (;;) {
      const claim = await claims.find([kind, value]);
      // The same claim twice, and its account does not hold it: a write that is not finished, or never will be.
      if (!claim || claim.token === seen) return undefined;
      const found = await read(claim.account);
      if (found?.held[kind] === claim.token) return toAccount(found);
      // The name may just have changed hands, between the two readings.
      seen = claim.token;
    }
  };

  /** Undefined when somebody else was quicker. */
  const tryToChange = async (id: string, change: (current: Account) => Account) => {
    const found = await read(id);
    if (!found) throw new Missing(`account ${id}`);
    const current = readRecord<Account>(found.account);
    // Taken down first: `change` may alter the object that it was given.
    const names = namesOf(current);
    const next = { ...change(current), id };
    const text = recordText(next);
    const { added, dropped } = difference(names, namesOf(next));
    const claimed = await claims.claim(added, id);
    if ('own' in claimed) return undefined;
    await stillFresh(claimed);
    const held = Object.fromEntries(
      namesOf(next).map(([kind]) => [kind, claimed.tokens[kind] ?? found.held[kind] ?? '']),
    );
    const content = { stamp: randomUUID(), account: text, held, search: entries(next) };
    // When this fails nobody knows whether it was written, so the claims are left as they are.
    const { matchedCount } = await run(() =>
      accounts.updateOne({ _id: key(id), stamp: found.stamp }, { $set: content }),
    );
    if (matchedCount === 1) {
      await claims.drop(dropped, found.held);
      return next;
    }
    await claimed.release();
    return undefined;
  };

  return {
    create: async (account) => {
      await write(account);
      await addToTotal(1);
    },

    createAll: async (accounts) => {
      let created = 0;
      const counted = async (account: Account) => {
        await write(account);
        created++;
      };
      try {
        return await createInRuns(accounts, counted);
      } finally {
        if (created > 0) await addToTotal(created);
      }
    },

    find: async (id) => toAccount(await read(id)),

    findByName: (...name) => holder(name),

    findByIdentity: (identity) => holder(identityName(identity)),

    update: async (id, change) => {
      for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
        const changed = await tryToChange(id, change);
        if (changed) return changed;
        await pause(Math.random() * Math.min(attempt, 20));
      }
      throw new Unavailable('accounts', { cause: new Error('Too many others change the same account') });
    },

    remove: async (id) => {
      const found = await run(() => accounts.findOneAndDelete({ _id: key(id) }));
      if (!found) return false;
      await claims.drop(namesOf(readRecord<Account>(found.account)), found.held);
      await addToTotal(-1);
      return true;
    },

    list: (query) => listAccounts(accounts, run, pool, key, query),

    estimate: async () => Math.max(0, (await run(() => totals.findOne({ _id: poolKey })))?.accounts ?? 0),

    clear: () => clearAccounts(mongo, poolKey),
  };
}

function toAccount(found: AccountDocument | null): Account | undefined {
  return found ? readRecord<Account>(found.account) : undefined;
}

function entries(account: Account): AccountDocument['search'] {
  const pairs = indexed(account).map(([index, value]) => [index, sortable(value)] as const);
  const groups = pairs.flatMap(([index, value]) => (index === GROUP ? [value] : []));
  return { ...Object.fromEntries(pairs), ...(groups.length > 0 && { [GROUP]: groups }) };
}

/** Another process may soon take the claims over, so it is too late to write. */
async function stillFresh(claimed: Claimed): Promise<void> {
  if (claimed.fresh()) return;
  await claimed.release();
  throw new Unavailable('accounts', { cause: new Error('Claiming the names took too long') });
}
