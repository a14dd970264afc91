import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { openKeys, PUBLISH_AHEAD_MS, rotateKeys } from '../../pools/keys.ts';
import { verifyToken } from '../../tokens/verify-token.ts';
import { mockTime } from '../testing/mock-time.ts';
import { openOpenIdStage, SECRET } from '../testing/openid.ts';
import { authorizePath, codeFor, form, headerOf, redeem, userInfo } from '../testing/requests.ts';
import { LOGOUT, type Stage } from '../testing/stage.ts';

let stage: Stage;
const wait = mockTime();
before(async () => {
  stage = await openOpenIdStage();
});
after(() => stage.close());

test('HUI-206 OID-18 what is signed is signed by the key of that moment, however long ago the pool was opened', async (t) => {
  const sent: string[] = [];
  const application = createServer(async (req, res) => {
    sent.push(new URLSearchParams(await text(req)).get('logout_token') ?? '');
    res.end();
  }).listen(0, '127.0.0.1');
  await once(application, 'listening');
  t.after(() => application.close());
  const { pool } = stage;
  const room = { directory: pool.directory, vault: pool.vault, clock: pool.clock, poolId: pool.id };
  await openKeys(room);
  await rotateKeys(room);
  // As the pool is opened once more when its keys are written: the old ones sign for a day.
  pool.keys = await openKeys(room);
  const kids: string[] = [];
  for (const at of [0, PUBLISH_AHEAD_MS + 1]) {
    wait(at);
    kids.push(pool.keys.signing.id.kid);
    for (const token of await everything(
      `http://127.0.0.1:${(application.address() as AddressInfo).port}/`,
    )) {
      assert.deepEqual(headerOf(token), { ...headerOf(token), kid: kids.at(-1), alg: 'RS256' });
      assert.ok(await verifyToken(pool, token));
    }
    assert.deepEqual(headerOf(sent.at(-1)), { kid: kids.at(-1), alg: 'RS256', typ: 'logout+jwt' });
  }
  assert.equal(new Set(kids).size, 2);
});

/** An ID token of each endpoint, and user info; then the person signs out. */
async function everything(backchannel_logout_uri: string): Promise<string[]> {
  const OpenId = { backchannel_logout_uri, userinfo_signed_response_alg: 'RS256' as const };
  const client = await stage.client({ OpenId }, SECRET);
  const { username } = await stage.account();
  const browser = stage.browser();
  const { body } = await redeem(stage, client, await codeFor(browser, client, username, { scope: 'openid' }));
  const front = await browser.follow(
    authorizePath(client, { scope: 'openid', response_type: 'id_token', nonce: 'n' }),
  );
  const told = await (await userInfo(stage, String(body['access_token']))).text();
  const id_token = String(body['id_token']);
  await browser.visit(`/logout?${form({ id_token_hint: id_token, post_logout_redirect_uri: LOGOUT })}`);
  return [id_token, new URLSearchParams(new URL(front.location).hash.slice(1)).get('id_token') ?? '', told];
}
