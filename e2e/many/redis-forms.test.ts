/** Foyer on Redis in the forms that several machines give it: a Cluster, and a primary that Sentinel watches. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, startCluster, startSentinel } from '../../adapters/testing/redis-topologies.ts';
import { openHttpSession } from '../http-session.ts';
import { authorizeUrl, hostedAt, openSignIn, redeem, signIn, signUpAndConfirm, token } from '../person.ts';
import { type Foyer, startFoyer } from '../start.ts';
import { STORY, storyPool } from '../story-pool.ts';

const startOn = (url: string) =>
  startFoyer({ poolFile: storyPool(), env: { FOYER_REDIS_URL: url, FOYER_REDIS_REPLICAS: '1' } });

/** Sign-up, single sign-on, refresh, and the ends of both. */
async function everyKindOfSession(foyer: Foyer): Promise<void> {
  const hosted = hostedAt(foyer);
  const session = openHttpSession();
  const code = await signUpAndConfirm(foyer, 'mina@example.com', session);
  const { status, body } = await redeem(hosted, code);
  assert.equal(status, 200, JSON.stringify(body));
  const refresh = () =>
    token(hosted, { grant_type: 'refresh_token', refresh_token: body['refresh_token'] ?? '' });
  assert.equal((await refresh()).status, 200);
  assert.match((await session.get(authorizeUrl(hosted))).location ?? '', /callback\?code=/);

  await session.get(
    `${hosted}/logout?client_id=${STORY.publicClient}&logout_uri=https://app.example.com/bye`,
  );
  assert.match((await openSignIn(session, hosted)).body, /type="password"/);
  const second = await redeem(hosted, await signIn(hosted, 'mina@example.com'));
  assert.equal(second.status, 200);
  assert.equal((await redeem(hosted, code)).status, 400);
  assert.equal((await refresh()).status, 400, 'the code came twice, so what it gave has ended');
}

test('sign-up, sign-in, refresh and logout on a Redis Cluster, whose every node keeps a part', async () => {
  const { url, nodes } = await startCluster(1);
  await everyKindOfSession(await startOn(url));
  for (const { port } of nodes) assert.ok((await ask(port, (redis) => redis.dbsize())) > 0);
});

test('sign-up, sign-in, refresh and logout on the primary that Sentinel names', async () => {
  const sentinel = await startSentinel(1);
  await everyKindOfSession(await startOn(sentinel.url));
  assert.ok((await ask(sentinel.primary().port, (redis) => redis.dbsize())) > 5);
});
