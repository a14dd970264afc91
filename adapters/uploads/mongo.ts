/**
 * Uploads on MongoDB, a document for each piece. Its `_id` is the pool, the upload and the number of the piece, so
 * that all that concerns an upload is one range of `_id`s.
 */
import { Binary, type Collection } from 'mongodb';
import type { Clock } from '../clock.ts';
import { openMongo, upsert } from '../databases/mongo.ts';
import type { UploadStore, UploadStores } from './store.ts';

interface PieceDocument {
  /** `<pool>|<upload>|<piece, ten digits>`. */
  _id: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
  bytes: Binary;
}

export interface MongoUploadOptions {
  url: string;
  database: string;
  patienceMs?: number;
  clock: Clock;
}

/** Pieces that one command removes, so that none takes long. */
const BATCH = 64;

/** Throws StoreError for an address that is none, Unavailable and NewerSchema. */
export async function openMongoUploads(options: MongoUploadOptions): Promise<UploadStores> {
  const { url, database, patienceMs, clock } = options;
  const mongo = await openMongo({
    store: 'uploads',
    url,
    database,
    patienceMs,
    schemaVersion: 1,
    upgrade: async (db) => {
      await db.collection('uploads').createIndexes([{ key: { expiresAt: 1 }, name: 'by_expiry' }]);
    },
  });
  const { run } = mongo;
  const pieces: Collection<PieceDocument> = mongo.collection('uploads');

  /** Removes some of what a filter finds; returns whether there may be more. */
  const removeSome = async (filter: object): Promise<boolean> => {
    const found = await run(() => pieces.find(filter, { projection: { _id: 1 }, limit: BATCH }).toArray());
    if (found.length > 0) await run(() => pieces.deleteMany({ _id: { $in: found.map(({ _id }) => _id) } }));
    return found.length === BATCH;
  };
  const removeAll = async (filter: object): Promise<void> => {
    while (await removeSome(filter));
  };

  return {
    sweep: () => removeSome({ expiresAt: { $lte: clock.now() } }),

    forPool(poolId): UploadStore {
      const ofPool = encodeURIComponent(poolId);
      const ofUpload = (upload: string) => `${ofPool}|${encodeURIComponent(upload.toWellFormed())}`;
      const key = (upload: string, piece: number) => `${ofUpload(upload)}|${String(piece).padStart(10, '0')}`;
      return {
        write: async (upload, piece, bytes, expiresAt) => {
          const content = { expiresAt, bytes: new Binary(bytes) };
          const write = () =>
            pieces.updateOne({ _id: key(upload, piece) }, { $set: content }, { upsert: true });
          await run(() => upsert(write));
        },

        read: async (upload, piece) => {
          const found = await run(() => pieces.findOne({ _id: key(upload, piece) }));
          return found && found.expiresAt > clock.now() ? found.bytes.value() : undefined;
        },

        prolong: async (upload, expiresAt) => {
          const living = { ...beginning(`${ofUpload(upload)}|`), expiresAt: { $gt: clock.now() } };
          const { matchedCount } = await run(() => pieces.updateMany(living, { $set: { expiresAt } }));
          return matchedCount > 0;
        },

        remove: (upload) => removeAll(beginning(`${ofUpload(upload)}|`)),

        clear: () => removeAll(beginning(`${ofPool}|`)),
      };
    },

    close: mongo.close,
  };
}

/** What begins with this text, which ends with a bar: `}` is the character after the bar. */
function beginning(prefix: string) {
  return { _id: { $gte: prefix, $lt: `${prefix.slice(0, -1)}}` } };
}
