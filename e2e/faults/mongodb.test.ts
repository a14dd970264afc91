import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { MongoClient } from 'mongodb';
import { startMailServer } from '../mail-server.ts';
import { hostedAt } from '../person.ts';
import { startFoyer } from '../start.ts';
import { crowdPool } from './crowd.ts';
import { startOwnMongodb } from './mongodb.ts';
import { beforeTheFault, expectNamedErrors } from './probe.ts';
import { rounds } from './report.ts';
import { msSince, roundsUnderLoad } from './rounds-under-load.ts';
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
      FOYER_STORE_PATIENCE_MS: '2000',
      FOYER_MONGODB_DATABASE: `foyer-test-${randomBytes(6).toString('hex')}`,
    },
  });
  const hosted = hostedAt(foyer);
  const row = {
    fault: mongodb.durable ? 'MongoDB gone and back' : 'the stand-in for MongoDB stopped and started',
    stores: `MongoDB, ${sessionsIn}`,
    rounds: rounds(1),
    lost: mongodb.durable ? 0 : undefined,
  };
  await roundsUnderLoad({ foyer, mail }, row, async (crowd) => {
    const waiting = await beforeTheFault(hosted);
    await mongodb.stop();
    await crowd.stop();
    const errorMs = await expectNamedErrors(foyer, waiting);
    await mongodb.start();
    await answers(mongodb.url);
    const back = performance.now();
    await until(async () => (await fetch(`${foyer.url}/health/ready`)).ok);
    return { errorMs, recoveryMs: msSince(back) };
  });
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
