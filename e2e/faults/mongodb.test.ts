import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { MongoClient } from 'mongodb';
import { startMailServer } from '../mail-server.ts';
import { hostedAt } from '../person.ts';
import { startFoyer } from '../start.ts';
import { audit } from './audit.ts';
import { crowdPool, momentOf, startCrowd } from './crowd.ts';
import { startOwnMongodb } from './mongodb.ts';
import { beforeTheFault, expectNamedErrors } from './probe.ts';
import { record, rounds } from './report.ts';
import { until } from './until.ts';

const sessionsIn = process.env.FOYER_TEST_STORES === 'shared' ? 'Redis' : 'SQLite';

test('MongoDB away: named errors until it is back, then all goes on, and nothing is good again', async () => {
  const mail = await startMailServer();
  const mongodb = await startOwnMongodb();
  await answers(mongodb.url);
  const foyer = await startFoyer({
    poolFile: crowdPool(),
    env: {
      FOYER_SMTP_URL: mail.url,
      FOYER_MONGODB_URL: mongodb.url,
      FOYER_MONGODB_DATABASE: `foyer-test-${randomBytes(6).toString('hex')}`,
    },
  });
  const hosted = hostedAt(foyer);
  const row = {
    fault: mongodb.durable ? 'MongoDB gone and back' : 'the stand-in for MongoDB stopped and started',
    stores: `MongoDB, ${sessionsIn}`,
    rounds: rounds(1),
    accounts: 0,
    tried: 0,
    lost: mongodb.durable ? 0 : undefined,
    usedTwice: 0,
    errorMs: 0,
    recoveryMs: 0,
  };
  for (let round = 0; round < row.rounds; round++) {
    const crowd = startCrowd(hosted, mail, { name: `round${round}` });
    await until(() => crowd.acknowledged() > momentOf(round));
    const waiting = await beforeTheFault(hosted);
    await mongodb.stop();
    await crowd.stop();
    row.errorMs = Math.max(row.errorMs, await expectNamedErrors(foyer, waiting));

    await mongodb.start();
    await answers(mongodb.url);
    const back = performance.now();
    await until(async () => (await fetch(`${foyer.url}/health/ready`)).ok);
    row.recoveryMs = Math.max(row.recoveryMs, Math.round(performance.now() - back));
    const { accounts, tried, lost, usedTwice } = await audit(hosted, crowd);
    assert.deepEqual({ usedTwice, unclear: crowd.unclear }, { usedTwice: [], unclear: [] });
    if (mongodb.durable) assert.deepEqual(lost, []);
    row.accounts += accounts;
    row.tried += tried;
  }
  assert.ok(row.accounts >= 2 * row.rounds && row.tried >= 5 * row.rounds, JSON.stringify(row));
  record(row);
});

async function answers(url: string): Promise<void> {
  await until(async () => {
    const client = new MongoClient(url, { serverSelectionTimeoutMS: 500 });
    try {
      await client.db('readiness').command({ ping: 1 });
      return true;
    } catch {
      return false;
    } finally {
      await client.close();
    }
  });
}
