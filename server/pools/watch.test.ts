import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { openStores } from '#adapters/open.ts';
import { systemClock } from '../clock.ts';
import { openLog } from '../log.ts';
import { watchDirectory } from './watch.ts';

test('whoever watches is told of a change within two seconds, once, and of none after the end', async (t) => {
  mock.timers.enable({ apis: ['setInterval'] });
  t.after(() => mock.timers.reset());
  const { directory, close } = await openStores({ dataFolder: ':memory:', clock: systemClock });
  t.after(close);
  const told: string[] = [];
  const log = openLog('silent');
  const watch = watchDirectory({ directory, clock: systemClock, log }, (pool) => told.push(pool));
  t.after(watch.stop);
  const after = async (ms: number) => {
    mock.timers.tick(ms);
    await turn();
    return told;
  };
  const change = (pool: string) =>
    directory.forPool(pool).create('resource-server', 'api', { name: 'API', scopes: [] });

  // At once after the beginning, and so as long before the first look as can be.
  await change('eu-central-1_Watched01');
  assert.deepEqual(await after(2000), ['eu-central-1_Watched01']);
  assert.deepEqual(await after(2000), ['eu-central-1_Watched01']);
  watch.stop();
  await change('eu-central-1_Watched02');
  assert.deepEqual(await after(2000), ['eu-central-1_Watched01']);
});
