/**
 * The mix-up attack (RFC 9207 section 1): an application that lets people choose between two servers is brought to take
 * the answer of the honest one for that of the attacker's, and hands its code to the attacker.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import * as openid from 'openid-client';
import { openHttpSession, type Page } from './http-session.ts';
import { hostedAt, PASSWORD, poolFileUser } from './person.ts';
import { type Foyer, startFoyer } from './start.ts';
import { STORY, storyPool } from './story-pool.ts';

function poolFile() {
  const file = storyPool({ users: [poolFileUser('mina')] });
  Object.assign(file.pools[0]?.settings ?? {}, { UserPoolTags: { 'foyer:profile': 'openid' } });
  return file;
}

/** A server of the attacker's: it sends people on to the honest one, and waits for codes. */
async function openAttacker(foyer: Foyer) {
  const handedOver: URLSearchParams[] = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://attacker.test');
    if (url.pathname === '/authorize') {
      // The application is known there under another name; all else it wrote itself.
      url.searchParams.set('client_id', STORY.publicClient);
      const location = `${hostedAt(foyer)}/oauth2/authorize${url.search}`;
      return void response.writeHead(302, { location }).end();
    }
    let body = '';
    for await (const part of request) body += part;
    handedOver.push(new URLSearchParams(body));
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ access_token: 'x', token_type: 'bearer' }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { issuer, handedOver, close: () => server.close() };
}

/** The application, which believes to talk to the attacker's server, as the person chose. */
function applicationAt(issuer: string, checksIssuer: boolean): openid.Configuration {
  const metadata = {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    authorization_response_iss_parameter_supported: checksIssuer,
  };
  const config = new openid.Configuration(
    metadata,
    'the name that the attacker gave it',
    undefined,
    openid.None(),
  );
  openid.allowInsecureRequests(config);
  return config;
}

test('OID-145 OID-11 an application that checks iss keeps the code, and one that does not loses it', async () => {
  const foyer = await startFoyer({ poolFile: poolFile() });
  const attacker = await openAttacker(foyer);
  try {
    const code_verifier = openid.randomPKCECodeVerifier();
    const challenge = await openid.calculatePKCECodeChallenge(code_verifier);
    const config = applicationAt(attacker.issuer, true);
    const asked = (more: Record<string, string> = {}) =>
      openid.buildAuthorizationUrl(config, {
        redirect_uri: STORY.callback,
        scope: 'email openid',
        state: 'a state',
        code_challenge: challenge,
        code_challenge_method: 'S256',
        ...more,
      }).href;
    const session = openHttpSession();
    const away = (page: Page) => session.follow(page, 'http://');
    const form = await away(await session.get(asked()));
    const back = await away(await session.submit(form, { username: 'mina@example.com', password: PASSWORD }));
    const callback = new URL(back.location ?? '');
    assert.equal(callback.searchParams.get('iss'), `${foyer.url}/${STORY.poolId}`);

    const checks = { pkceCodeVerifier: code_verifier, expectedState: 'a state' };
    await assert.rejects(openid.authorizationCodeGrant(config, callback, checks), ({ cause }: Error) =>
      /"iss"/.test(String(cause)),
    );
    assert.equal(attacker.handedOver.length, 0);

    const failed = await away(await session.get(asked({ prompt: 'none', max_age: '0' })));
    const refusal = new URL(failed.location ?? '');
    assert.ok(refusal.searchParams.get('error'));
    assert.equal(refusal.searchParams.get('iss'), `${foyer.url}/${STORY.poolId}`, 'in errors too');

    callback.searchParams.delete('iss');
    await openid.authorizationCodeGrant(applicationAt(attacker.issuer, false), callback, checks);
    const [lost] = attacker.handedOver;
    assert.ok(lost);
    lost.set('client_id', STORY.publicClient);
    const bought = await fetch(`${hostedAt(foyer)}/oauth2/token`, { method: 'POST', body: lost });
    assert.equal(bought.status, 200, 'so nothing but the check stands between the attacker and the tokens');
  } finally {
    attacker.close();
  }
});
