import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startMailServer } from '../mail-server.ts';
import { hostedAt } from '../person.ts';
import { startFoyer } from '../start.ts';
import { audit } from './audit.ts';
import { crowdPool, momentOf, startCrowd } from './crowd.ts';
import { record, rounds, storesOfRun } from './report.ts';
import { until } from './until.ts';

test('a kill -9 of Foyer under load loses no acknowledged account and makes nothing good again that was used', async () => {
  const mail = await startMailServer();
  const foyer = await startFoyer({ poolFile: crowdPool(), env: { FOYER_SMTP_URL: mail.url } });
  const hosted = hostedAt(foyer);
  const row = {
    fault: 'kill -9 of Foyer',
    stores: storesOfRun(),
    rounds: rounds(2),
    accounts: 0,
    tried: 0,
    lost: 0,
    usedTwice: 0,
    recoveryMs: 0,
  };
  for (let round = 0; round < row.rounds; round++) {
    const crowd = startCrowd(hosted, mail, { name: `round${round}` });
    await until(() => crowd.acknowledged() > momentOf(round));
    await foyer.kill();
    const killed = performance.now();
    await crowd.stop();
    await foyer.restart();
    row.recoveryMs = Math.max(row.recoveryMs, Math.round(performance.now() - killed));

    const { accounts, tried, lost, usedTwice } = await audit(hosted, crowd);
    assert.deepEqual({ lost, usedTwice, unclear: crowd.unclear }, { lost: [], usedTwice: [], unclear: [] });
    row.accounts += accounts;
    row.tried += tried;
  }
  assert.ok(row.accounts >= 2 * row.rounds && row.tried >= 5 * row.rounds, JSON.stringify(row));
  record(row);
});
