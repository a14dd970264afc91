import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freePort } from '../free-port.ts';
import { openHttpSession } from '../http-session.ts';
import { startMailServer } from '../mail-server.ts';
import { authorizeUrl, openSignIn, PASSWORD, redeem, signIn, signUpAndConfirm, token } from '../person.ts';
import { startFoyer } from '../start.ts';
import { STORY, storyPool } from '../story-pool.ts';
import { startBalancer } from './balancer.ts';

const PEOPLE = Array.from({ length: 5 }, (_, n) => `person${n}@example.com`);
const users = PEOPLE.map((email) => ({ username: email, password: PASSWORD, attributes: { email } }));

/** Two Foyers on the same stores behind a balancer, which is the address that everyone knows. */
async function twoBehindOne() {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const mail = await startMailServer();
  const env = {
    FOYER_PUBLIC_URL: url,
    FOYER_TRUSTED_PROXIES: '127.0.0.1',
    FOYER_SMTP_URL: mail.url,
    FOYER_DRAIN_SECONDS: '2',
  };
  const one = await startFoyer({ poolFile: storyPool({ users }), env });
  const two = await startFoyer({ beside: one, env });
  const balancer = await startBalancer(port, [one, two]);
  return { url, hosted: `${url}/${STORY.domain}`, mailbox: mail.mailbox, foyers: [one, two], balancer };
}

const refresh = (hosted: string, refreshToken = '') =>
  token(hosted, { grant_type: 'refresh_token', refresh_token: refreshToken });

test('two processes are one service: every request of a sign-up, a sign-in, a refresh and a logout goes to the other', async () => {
  const { url, hosted, mailbox, foyers, balancer } = await twoBehindOne();
  const before = balancer.served().length;

  const session = openHttpSession();
  const code = await signUpAndConfirm({ url, mailbox }, 'mina@example.com', session);
  const { status, body } = await redeem(hosted, code);
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal((await redeem(hosted, code)).status, 400, 'a code is good once, at either');

  const again = await redeem(hosted, await signIn(hosted, 'mina@example.com'));
  for (let n = 0; n < 2; n++) assert.equal((await refresh(hosted, again.body['refresh_token'])).status, 200);
  const user = await fetch(`${hosted}/oauth2/userInfo`, {
    headers: { authorization: `Bearer ${again.body['access_token']}` },
  });
  assert.equal(((await user.json()) as { email: string }).email, 'mina@example.com');

  const silent = await session.get(authorizeUrl(hosted));
  assert.match(silent.location ?? '', /callback\?code=/);
  const bye = await session.get(
    `${hosted}/logout?client_id=${STORY.publicClient}&logout_uri=https://app.example.com/bye`,
  );
  assert.equal(bye.location, 'https://app.example.com/bye');
  const asked = await openSignIn(session, hosted);
  assert.match(asked.body, /type="password"/, 'signed out at both');

  const served = balancer.served().slice(before);
  assert.ok(served.length >= 20, `${served.length} requests`);
  for (const [index, { by }] of served.entries()) {
    assert.equal(by.length, 1);
    assert.notEqual(by[0], served[index - 1]?.by[0], 'two requests in a row went to the same process');
  }
  // Both saw the person's own address and the public host, which only the balancer could tell them.
  for (const foyer of foyers) assert.ok(foyer.log().some((line) => line.includes('"path":"/story/login"')));
});

test('a rolling restart under load loses no sign-in', async () => {
  const { hosted, foyers, balancer } = await twoBehindOne();
  const lost: unknown[] = [];
  let signedIn = 0;
  let loading = true;
  const load = PEOPLE.map(async (email) => {
    while (loading) {
      try {
        const { status, body } = await redeem(hosted, await signIn(hosted, email));
        assert.equal(status, 200);
        assert.equal((await refresh(hosted, body['refresh_token'])).status, 200);
        signedIn++;
      } catch (error) {
        lost.push(error);
      }
    }
  });
  for (const foyer of foyers) {
    const served = signedIn;
    await foyer.restart();
    assert.ok(signedIn > served, 'people signed in while it was away');
  }
  loading = false;
  await Promise.all(load);

  assert.deepEqual(lost, []);
  const failed = balancer.served().filter(({ status }) => status >= 400);
  assert.deepEqual(failed, []);
  for (const foyer of foyers) assert.ok(foyer.log().some((line) => line.includes('"stopping"')));
});
