/**
 * Opens a MongoDB database: timeouts, the schema version, and failures in the words of `errors.ts`.
 *
 * Only single-document writes, unique `_id`s and plain indexes are used: no transactions, sessions, change streams,
 * pipeline updates or collations, so that anything that speaks MongoDB's protocol will do. On a sharded cluster
 * every collection is sharded by `_id` or not at all, because only then are `_id`s unique in all of it.
 */
import { type Collection, type Db, MongoClient, MongoError, MongoServerError } from 'mongodb';
import { NewerSchema, StoreError, Unavailable } from '../errors.ts';
import { PATIENCE_MS } from '../patience.ts';
import { withinDeadline } from './deadline.ts';
import { openHealing } from './mongo-heartbeats.ts';

export interface MongoOptions {
  /** The door's name, for errors and for its line in the collection `schema`. */
  store: string;
  /** `mongodb://` or `mongodb+srv://`. */
  url: string;
  database: string;
  /** How long each operation waits; `PATIENCE_MS` without it. */
  patienceMs?: number;
  schemaVersion: number;
  /**
   * Brings a database of an older version, 0 for an empty one, to `schemaVersion`. Several processes may do it at
   * once and one may die in the middle, so each of its steps must be harmless when it is repeated.
   */
  upgrade(db: Db, from: number): Promise<void>;
}

export interface Mongo {
  collection<T extends { _id: string }>(name: string): Collection<T>;
  /** Runs one operation on the server; failures of the connection or the server become Unavailable. */
  run<T>(operation: () => Promise<T>): Promise<T>;
  /** Proves that a primary takes writes. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** At start nobody waits yet, and a server that has just come up is slow: better late than not at all. */
const START_MS = 10_000;

/** Throws StoreError for an address that is none, Unavailable and NewerSchema. */
export async function openMongo(options: MongoOptions): Promise<Mongo> {
  const { store, patienceMs = PATIENCE_MS } = options;
  const client = connect(options.url, patienceMs);
  const db = client.db(options.database);
  const heal = openHealing(client);
  const within = async <T>(ms: number, operation: () => Promise<T>): Promise<T> => {
    try {
      const late = () => new Unavailable(store, { cause: new Error('MongoDB did not answer in time') });
      return await withinDeadline(operation(), ms, late);
    } catch (error) {
      const told = inOurWords(store, error);
      if (told instanceof Unavailable) heal();
      throw told;
    }
  };
  // From choosing a server to the answer.
  const run: Mongo['run'] = (operation) => within(0.8 * patienceMs, operation);
  try {
    await upgradeSchema(db, (operation) => within(START_MS, operation), options);
  } catch (error) {
    await client.close();
    throw inOurWords(store, error);
  }
  const readiness = db.collection<{ _id: string; pings: number }>('readiness');
  return {
    collection: (name) => db.collection(name),
    run,
    ping: () =>
      run(async () => {
        await upsert(() => readiness.updateOne({ _id: store }, { $inc: { pings: 1 } }, { upsert: true }));
      }),
    close: () => client.close(),
  };
}

function connect(url: string, patienceMs: number): MongoClient {
  const stepMs = 0.7 * patienceMs;
  try {
    return new MongoClient(url, {
      appName: 'foyer',
      // Acknowledged means: on a majority of the replica set, and in the journal there.
      writeConcern: { w: 'majority' },
      // A replica that lags would show a code as unused, or a name as free.
      readPreference: 'primary',
      serverSelectionTimeoutMS: stepMs,
      connectTimeoutMS: stepMs,
      waitQueueTimeoutMS: stepMs,
      heartbeatFrequencyMS: 2000,
    });
  } catch {
    // The driver's own message repeats the address, with the password in it.
    throw new StoreError('The address of MongoDB in the settings is not valid');
  }
}

interface Schema {
  _id: string;
  version: number;
}

async function upgradeSchema(db: Db, run: Mongo['run'], options: MongoOptions): Promise<void> {
  const { store, schemaVersion } = options;
  const schema = db.collection<Schema>('schema');
  const found = (await run(() => schema.findOne({ _id: store })))?.version ?? 0;
  if (found > schemaVersion) throw new NewerSchema(store, found, schemaVersion);
  // Not under the deadline: an index over many accounts takes as long as it takes.
  await options.upgrade(db, found);
  const write = () =>
    schema.updateOne({ _id: store }, { $max: { version: schemaVersion } }, { upsert: true });
  await run(() => upsert(write));
}

/** Of two upserts at once the server may refuse one as a duplicate. Then the document is there: once more. */
export async function upsert<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    return write();
  }
}

export function isDuplicate(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === 11000;
}

/**
 * What a server says of a command that it understood to be wrong: a mistake of ours, which trying again would not mend.
 * Whatever else it refuses with (no primary, stepping down, shutting down, a full disk, no access) is its own trouble.
 */
const OUR_MISTAKES = new Set([2, 9, 14, 28, 40, 52, 54, 55, 56, 57, 59, 66, 72, 73, 10334, 17280]);
const AWAY =
  /^Mongo(Network|NetworkTimeout|ServerSelection|Topology|TopologyClosed|NotConnected|ServerClosed|ClientClosed|ConnectionPoolClosed|PoolClosed|PoolCleared|PoolClearedOnNetwork|WaitQueueTimeout|WriteConcern|ExpiredSession|OperationTimeout)/;

/** The driver lets some failures of its sockets through as they are. */
const SOCKET = /^(EPIPE|ECONN\w+|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ERR_STREAM_\w+|ERR_SOCKET_\w+)$/;

function inOurWords(store: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (SOCKET.test(code)) return new Unavailable(store, { cause: error });
  if (!(error instanceof MongoError)) return error;
  const refused =
    error instanceof MongoServerError && !isDuplicate(error) && !OUR_MISTAKES.has(Number(error.code));
  const away = AWAY.test(error.name);
  return refused || away ? new Unavailable(store, { cause: error }) : error;
}
