/** A pool gets the other profile while codes and tokens of this one are in the hands of applications. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import Koa from 'koa';
import { openOidc } from '../open-oidc.ts';
import { pages } from '../testing/hosted-pages.ts';
import { openOpenIdStage, SECRET } from '../testing/openid.ts';
import { newKey } from '../testing/proofs.ts';
import { codeFor, redeem } from '../testing/requests.ts';
import type { Stage } from '../testing/stage.ts';

const RESOURCE = 'https://bills.test/api';
let stage: Stage;
before(async () => {
  stage = await openOpenIdStage({
    tags: { 'foyer:oauth-features': 'dpop resource-indicators' },
    resourceServers: [
      { identifier: RESOURCE, scopes: [{ ScopeName: 'pay', ScopeDescription: 'Pay bills' }] },
    ],
  });
});
after(() => stage.close());

/** The token endpoint of the same pool in the `cognito` profile. */
async function changed() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const base = `http://localhost:${(server.address() as AddressInfo).port}`;
  const oidc = openOidc({ ...stage.pool, tags: {} }, { base, mountPath: '' }, () => pages);
  const app = new Koa();
  app.use((ctx) => oidc.token(ctx));
  server.on('request', app.callback());
  return { stage: { ...stage, base }, close: () => server.close() };
}

test('OID-117 OID-143 a code for a key or a resource buys no token that is good for more after the profile has changed', async (t) => {
  const AllowedOAuthScopes = ['openid', 'email', `${RESOURCE}/pay`];
  const client = await stage.client({ AllowedOAuthScopes }, SECRET);
  const { username } = await stage.account();
  const code = (given: object) =>
    codeFor(stage.browser(), client, username, { scope: `openid ${RESOURCE}/pay`, ...given });
  const codes = {
    resource: await code({ resource: RESOURCE }),
    key: await code({ dpop_jkt: (await newKey()).thumbprint }),
    plain: await code({}),
  };
  const other = await changed();
  t.after(() => other.close());
  for (const name of ['resource', 'key'] as const) {
    const { status, body } = await redeem(other.stage, client, codes[name]);
    assert.deepEqual([status, body['error']], [400, 'invalid_grant'], name);
  }
  assert.equal((await redeem(other.stage, client, codes.plain)).status, 200);
});
