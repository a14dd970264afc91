import { test } from 'node:test';
import { startMailServer } from '../mail-server.ts';
import { startFoyer } from '../start.ts';
import { crowdPool } from './crowd.ts';
import { rounds, storesOfRun } from './report.ts';
import { msSince, roundsUnderLoad } from './rounds-under-load.ts';

test('a kill -9 of Foyer under load loses no acknowledged account and makes nothing good again that was used', async () => {
  const mail = await startMailServer();
  const foyer = await startFoyer({ poolFile: crowdPool(), env: { FOYER_SMTP_URL: mail.url } });
  const row = { fault: 'kill -9 of Foyer', stores: storesOfRun(), rounds: rounds(2), lost: 0 };
  await roundsUnderLoad({ foyer, mail }, row, async (crowd) => {
    await foyer.kill();
    const killed = performance.now();
    await crowd.stop();
    await foyer.restart();
    return { recoveryMs: msSince(killed) };
  });
});
