/** `foyer backup` and `foyer restore` as an operator types them, under load. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runCommand } from '../command.ts';
import { startMailServer } from '../mail-server.ts';
import { hostedAt, redeem, signIn, token } from '../person.ts';
import { startFoyer } from '../start.ts';
import { audit } from './audit.ts';
import { crowdPool, startCrowd, WITNESS } from './crowd.ts';
import { NEXT_PASSWORD } from './life.ts';
import { until } from './until.ts';

const embedded = process.env.FOYER_TEST_STORES !== 'shared';
const folder = mkdtempSync(join(tmpdir(), 'foyer-backup-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('a backup under load, put elsewhere, has every account that was acknowledged before it began', async () => {
  const mail = await startMailServer();
  const foyer = await startFoyer({ poolFile: crowdPool(), env: { FOYER_SMTP_URL: mail.url } });
  const backup = join(folder, 'backup');
  if (!embedded) {
    const { code, output } = await runCommand(['backup', backup], foyer.env);
    assert.equal(code, 1);
    assert.match(output, /MongoDB and Redis have tools of their own for backups/);
    return;
  }
  const { body } = await redeem(hostedAt(foyer), await signIn(hostedAt(foyer), WITNESS.username));
  const crowd = startCrowd(hostedAt(foyer), mail);
  await until(() => crowd.acknowledged() > 40);
  // What was told by now. Their passwords may change before the backup's moment, what they use up is not asked.
  const before = crowd.ledgers
    .filter(({ account }) => account)
    .map(({ email, account, confirmed, password }) => ({
      ...{ email, account, confirmed, password, maybePassword: NEXT_PASSWORD },
      ...{ codes: new Map(), refreshTokens: new Map(), resetCodes: new Map() },
    }));
  const { code, output } = await runCommand(['backup', backup], foyer.env);
  assert.equal(code, 0, output);
  await crowd.stop();
  assert.deepEqual(crowd.unclear, [], 'nobody noticed the backup');

  const inUse = await runCommand(['restore', backup], foyer.env);
  assert.equal(inUse.code, 1);
  assert.match(inUse.output, /is in use. Stop Foyer first/);
  await foyer.kill();

  const elsewhere = { ...foyer.env, FOYER_DATA_FOLDER: join(folder, 'elsewhere') };
  const restored = await runCommand(['restore', backup], elsewhere);
  assert.equal(restored.code, 0, restored.output);
  await foyer.restart({ FOYER_DATA_FOLDER: elsewhere.FOYER_DATA_FOLDER });
  const hosted = hostedAt(foyer);
  const { lost } = await audit(hosted, { ledgers: before });
  assert.ok(before.length >= 4);
  assert.deepEqual(lost, []);
  // Sessions came along: who was signed in still is.
  const refreshed = await token(hosted, {
    grant_type: 'refresh_token',
    refresh_token: body['refresh_token'] ?? '',
  });
  assert.equal(refreshed.status, 200, JSON.stringify(refreshed.body));
});

test('an installation of a developer moves with its backup, generated secrets included', async () => {
  // With secrets of its own making, unlike the other stories; on the shared stores there is nothing to move.
  const foyer = await startFoyer({
    poolFile: crowdPool(),
    env: { FOYER_MASTER_SECRET: '', FOYER_ACCESS_KEYS: '' },
  });
  const backup = join(folder, 'development');
  const { code } = await runCommand(['backup', backup], foyer.env);
  assert.equal(code, embedded ? 0 : 1);
  assert.equal(existsSync(backup), embedded);
  if (!embedded) return;
  const keys = async () => (await fetch(`${foyer.url}/us-east-1_StoryPool1/.well-known/jwks.json`)).text();
  const shown = await keys();
  await foyer.stop();
  const there = join(folder, 'developer');
  assert.equal((await runCommand(['restore', backup], { ...foyer.env, FOYER_DATA_FOLDER: there })).code, 0);
  await foyer.restart({ FOYER_DATA_FOLDER: there });
  assert.equal(await keys(), shown, 'the sealed keys were opened');
  assert.ok(await signIn(hostedAt(foyer), WITNESS.username));
});
