import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { openHttpSession, type Page } from '../http-session.ts';
import { hostedAt, openSignIn } from '../person.ts';
import { startFoyer } from '../start.ts';
import { STORY, storyPool } from '../story-pool.ts';

/** Whoever sends a request says in it where it comes from, as a load balancer would. */
const env = {
  FOYER_TRUSTED_PROXIES: '127.0.0.1,::1',
  FOYER_LIMIT_GUESSES_PER_ADDRESS: '4',
  FOYER_LIMIT_MESSAGES_PER_ADDRESS: '2',
  FOYER_LIMIT_CLIENT_FAILURES_PER_ADDRESS: '3',
};
const foyer = await startFoyer({ poolFile: storyPool(), env });
const second = await startFoyer({ beside: foyer, env });

// Just behind the beginning of a quarter of an hour: no count begins anew in the middle of a test.
const window = 15 * 60 * 1000;
before(async () => {
  const shift = window - (Date.now() % window) + 1000;
  await Promise.all([foyer.shiftClock(shift), second.shiftClock(shift)]);
});

/** A browser that can be carried to another address. */
function openVisitor() {
  const visitor = { address: '192.0.2.200', session: openHttpSession(through) };
  function through(url: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('x-forwarded-for', visitor.address);
    return fetch(url, { ...init, headers });
  }
  return visitor;
}

type Visitor = ReturnType<typeof openVisitor>;

function guess(visitor: Visitor, page: Page, address: string): Promise<Page> {
  visitor.address = address;
  return visitor.session.submit(page, { username: 'nobody@example.com', password: 'Wrong-Horse-7' });
}

test('ATK-40 guesses from one address, at the same moment and at two processes, get as many tries as its limit', async () => {
  const forms = await Promise.all(
    [foyer, second, foyer, second, foyer, second, foyer, second].map(async (process) => {
      const visitor = openVisitor();
      return { visitor, page: await openSignIn(visitor.session, hostedAt(process)) };
    }),
  );
  const answers = await Promise.all(forms.map(({ visitor, page }) => guess(visitor, page, '203.0.113.9')));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [400, 400, 400, 400, 429, 429, 429, 429]);

  const refused = answers.find(({ status }) => status === 429);
  const seconds = Number(refused?.headers.get('retry-after'));
  assert.ok(seconds > 0 && seconds <= 900, `come again in ${seconds} seconds`);
  assert.match(refused?.body ?? '', /tried too often/);
  assert.match(refused?.body ?? '', /type="password"/);

  const [other] = forms;
  assert.ok(other);
  assert.equal((await guess(other.visitor, other.page, '198.51.100.7')).status, 400);
  // What a client writes itself into the header counts for nothing.
  assert.equal((await guess(other.visitor, other.page, '192.0.2.1, 203.0.113.9')).status, 429);
});

test('a forgotten password is asked for so often from one network, whoever is named', async () => {
  const visitor = openVisitor();
  const { session } = visitor;
  const page = await openSignIn(session, hostedAt(foyer));
  const link = /href="([^"]*\/forgotPassword[^"]*)"/.exec(page.body)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const form = await session.get(new URL(link, page.url).href);
  const ask = async (name: string, address: string) => {
    visitor.address = address;
    return (await session.submit(form, { username: `${name}@example.com` })).status;
  };
  // This client says that nobody has these names.
  assert.equal(await ask('a', '2001:db8:0:7::1'), 400);
  assert.equal(await ask('b', '2001:db8:0:7::2'), 400);
  assert.equal(await ask('c', '2001:db8:0:7:ffff::3'), 429);
  assert.equal(await ask('c', '2001:db8:0:8::1'), 400);
});

test('an address whose requests do not prove their client gets no more answers from the token endpoint for a while', async () => {
  const ask = (secret: string, address: string, process = foyer, path = 'token') =>
    fetch(`${hostedAt(process)}/oauth2/${path}`, {
      method: 'POST',
      headers: {
        'x-forwarded-for': address,
        authorization: `Basic ${Buffer.from(`${STORY.machineClient}:${secret}`).toString('base64')}`,
      },
      body: new URLSearchParams({ grant_type: 'client_credentials', token: 'x' }),
    });
  for (let i = 0; i < 10; i++) assert.equal((await ask(STORY.webSecret, '203.0.113.9')).status, 200);
  assert.equal((await ask('wrong', '203.0.113.9')).status, 400);
  assert.equal((await ask('wrong', '203.0.113.9', second)).status, 400);
  assert.match(await (await ask('wrong', '203.0.113.9', foyer, 'revoke')).text(), /"invalid_client"/);

  const refused = await ask(STORY.webSecret, '203.0.113.9', second);
  assert.equal(refused.status, 429);
  assert.match(await refused.text(), /"error":"temporarily_unavailable"/);
  assert.ok(Number(refused.headers.get('retry-after')) > 0);
  assert.equal(refused.headers.get('cache-control'), 'no-store');
  assert.equal(refused.headers.get('access-control-allow-origin'), '*');
  assert.equal((await ask(STORY.webSecret, '203.0.113.9', foyer, 'revoke')).status, 429);
  assert.equal((await ask(STORY.webSecret, '198.51.100.7')).status, 200);
  await foyer.shiftClock(window);
  assert.equal((await ask(STORY.webSecret, '203.0.113.9')).status, 200);
});
