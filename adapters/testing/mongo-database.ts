import { randomUUID } from 'node:crypto';
import { after } from 'node:test';
import { type Db, MongoClient } from 'mongodb';
import { serviceAddress } from './service-address.ts';

/** A database of the test file's own, dropped when its tests are over, and a way to look into it. */
export function mongoDatabase(): { url: string; database: string; db: Db } {
  const url = serviceAddress('MONGODB_URI');
  const database = `test-${randomUUID()}`;
  const client = new MongoClient(url);
  const db = client.db(database);
  after(async () => {
    await db.dropDatabase();
    await client.close();
  });
  return { url, database, db };
}
