import { afterEach } from 'node:test';
import { openTestPool, type TestPool } from './open-pool.ts';

const opened: TestPool[] = [];
afterEach(async () => {
  for (const pool of opened.splice(0)) await pool.close();
});

/** A pool of one test, closed when that has ended. One for several tests comes from `openTestPool`. */
export async function newPool(...given: Parameters<typeof openTestPool>): Promise<TestPool> {
  const pool = await openTestPool(...given);
  opened.push(pool);
  return pool;
}
