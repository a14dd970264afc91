import { once } from 'node:events';
import { test } from 'node:test';
import { type RedisNode, startRedisServer } from '../../adapters/testing/redis-servers.ts';
import { startSentinel } from '../../adapters/testing/redis-topologies.ts';
import { startMailServer } from '../mail-server.ts';
import { hostedAt } from '../person.ts';
import { startFoyer } from '../start.ts';
import { crowdPool } from './crowd.ts';
import { beforeTheFault, expectNamedErrors } from './probe.ts';
import { rounds } from './report.ts';
import { msSince, roundsUnderLoad } from './rounds-under-load.ts';
import { until } from './until.ts';

const accountsIn = process.env.FOYER_TEST_STORES === 'shared' ? 'MongoDB' : 'SQLite';
const isReady = async (url: string) => (await fetch(`${url}/health/ready`)).ok;

test('a kill -9 of a Redis that keeps a file: named errors until it is back, then all goes on, and nothing is good again', async () => {
  const mail = await startMailServer();
  const redis = await startRedisServer(['--appendonly', 'yes']);
  const foyer = await startFoyer({
    poolFile: crowdPool(),
    env: {
      FOYER_SMTP_URL: mail.url,
      FOYER_REDIS_URL: `redis://127.0.0.1:${redis.port}`,
      FOYER_STORE_PATIENCE_MS: '2000',
    },
  });
  const hosted = hostedAt(foyer);
  const row = {
    fault: 'kill -9 of Redis, started again',
    stores: `${accountsIn}, Redis`,
    rounds: rounds(1),
    lost: 0,
  };
  await roundsUnderLoad({ foyer, mail }, row, async (crowd) => {
    const waiting = await beforeTheFault(hosted);
    await kill(redis);
    await crowd.stop();
    const errorMs = await expectNamedErrors(foyer, waiting);
    await redis.restart();
    const back = performance.now();
    await until(() => isReady(foyer.url));
    return { errorMs, recoveryMs: msSince(back) };
  });
});

test('a kill -9 of the primary under Sentinel: a replica takes over, and knows all that was used', async () => {
  const mail = await startMailServer();
  const count = rounds(1);
  // Each failover uses up a replica, and the last primary needs one that confirms.
  const sentinel = await startSentinel(count + 1);
  const foyer = await startFoyer({
    poolFile: crowdPool(),
    env: {
      FOYER_SMTP_URL: mail.url,
      FOYER_REDIS_URL: sentinel.url,
      FOYER_REDIS_REPLICAS: '1',
      FOYER_STORE_PATIENCE_MS: '2000',
    },
  });
  const row = {
    fault: 'kill -9 of the primary under Sentinel',
    stores: `${accountsIn}, Redis`,
    rounds: count,
    lost: 0,
  };
  await roundsUnderLoad({ foyer, mail }, row, async (crowd) => {
    const killed = performance.now();
    await sentinel.failOver();
    // People go on meanwhile: their next successes are on the new primary.
    const before = crowd.acknowledged();
    await until(() => crowd.acknowledged() > before);
    const recoveryMs = msSince(killed);
    await crowd.stop();
    return { recoveryMs };
  });
});

async function kill({ child }: RedisNode): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}
