import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openOpenIdStage, SECRET } from '../testing/openid.ts';
import { basic, form, post } from '../testing/requests.ts';
import type { Stage } from '../testing/stage.ts';

let stage: Stage;
before(async () => {
  stage = await openOpenIdStage({ tags: { 'foyer:oauth-features': 'device' } });
});
after(() => stage.close());

test('OID-152 the sign-in for a device does not end where applications are answered', async () => {
  const client = await stage.client({}, SECRET);
  const { username } = await stage.account();
  const browser = stage.browser();
  const { body } = await post(stage, '/oauth2/device_authorization', { scope: 'openid' }, basic(client));
  const typed = form({ user_code: String(body['user_code']) });
  const shown = await browser.follow('/device', { method: 'POST', body: typed });
  const uid = new URL(shown.url).searchParams.get('interaction') ?? '';
  await browser.visit(shown.url, { method: 'POST', body: form({ username }) });
  // Browsers keep the cookie of the way back for that way; somebody else than a browser need not.
  const cookie = await browser.jar.getCookieString(`${stage.base}/device/${uid}`);
  const answer = await stage.browser().visit(`/oauth2/authorize/${uid}`, { headers: { cookie } });
  assert.match(answer.location, /\/error\?error=interaction_expired$/);
  assert.equal(stage.logged.join().includes('failed'), false);
});
