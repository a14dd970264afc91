import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_LIMITS } from '../../../settings/limits.ts';
import type { Browser } from '../../testing/browser.ts';
import { answer, devicesOfTests, postForm } from '../../testing/devices.ts';
import { authorizePath, claimsOf } from '../../testing/requests.ts';

const SECRET = 'a-secret-of-the-tests';
const SCOPE = 'openid email';
const { at, move, newDevice, poll, toConfirm, allow, waits } = devicesOfTests();

test('OID-152 ATK-17 nobody is signed in on a device before they allowed it on the page that shows its code', async () => {
  const device = await newDevice();
  const browser = at.stage.browser();
  const mina = await at.stage.account();
  const url = await toConfirm(browser, device, mina);
  const { text } = await browser.visit(url);
  assert.deepEqual(
    { ...JSON.parse(text), address: undefined },
    {
      page: 'device-confirm',
      clientId: at.tv.id,
      userCode: device.user_code,
      accountId: mina.id,
      address: undefined,
    },
  );
  await waits(device, 'authorization_pending');
  // Signing in at the same interaction again answers nothing.
  const uid = new URL(url).searchParams.get('interaction') ?? '';
  const again = await browser.visit(`/login?interaction=${uid}`, postForm({ username: mina.username }));
  await browser.follow(again.location);
  await waits(device, 'authorization_pending');
});

test('OID-152 ATK-20 whoever is handed the address of a sign-in in another browser cannot finish it', async () => {
  const device = await newDevice();
  const mina = await at.stage.account();
  const url = await toConfirm(at.stage.browser(), device, mina);
  const other = at.stage.browser();
  await other.signIn(
    authorizePath(at.tv, { scope: SCOPE, code_challenge: 'x'.repeat(43), code_challenge_method: 'S256' }),
    mina.username,
  );
  assert.equal((await other.visit(url)).status, 400);
  assert.equal((await other.visit(url, postForm({ answer: 'allow' }))).status, 400);
  const uid = new URL(url).searchParams.get('interaction') ?? '';
  assert.match((await other.visit(`/device/${uid}`)).location, /\/error\?error=interaction_expired/);
  await waits(device, 'authorization_pending');
});

test('OID-152 of two people who type the same code the first answer holds', async () => {
  const device = await newDevice();
  const [mina, jan] = [await at.stage.account(), await at.stage.account()];
  const [hers, his] = [at.stage.browser(), at.stage.browser()];
  const page = await toConfirm(hers, device, mina);
  const other = await toConfirm(his, device, jan);
  const ends = await Promise.all([answer(hers, page, 'allow'), answer(his, other, 'allow')]);
  const done = ends.map(({ url }) => /deviceDone$/.test(url));
  assert.equal(done.filter(Boolean).length, 1, ends.map(({ url }) => url).join(' '));
  move(5000);
  const { body } = await poll(device);
  assert.equal(claimsOf(body['access_token']).sub, (done[0] ? mina : jan).id);
});

test('OID-152 OID-153 of one who allows and one who refuses at the same moment the first answer holds', async () => {
  for (const order of [
    ['allow', 'cancel'],
    ['cancel', 'allow'],
  ] as const) {
    const device = await newDevice();
    const browsers = [at.stage.browser(), at.stage.browser()];
    const pages: string[] = [];
    for (const browser of browsers) pages.push(await toConfirm(browser, device, await at.stage.account()));
    const ends = await Promise.all(
      order.map((how, i) => answer(browsers[i] as Browser, pages[i] ?? '', how)),
    );
    const said = ends.map(({ url }) => new URL(url).pathname.split('/').at(-1));
    move(5000);
    const { status, body } = await poll(device);
    const allowed = status === 200;
    assert.ok(allowed || body['error'] === 'access_denied', JSON.stringify(body));
    assert.equal(said.includes('deviceDone'), allowed, said.join(' '));
    assert.equal(said.includes('deviceCancelled'), !allowed, said.join(' '));
  }
});

test('OID-154 OID-157 a device that asks at the moment at which it is allowed misses nothing', async () => {
  const device = await newDevice();
  const browser = at.stage.browser();
  const page = await toConfirm(browser, device, await at.stage.account());
  const polls = Array.from({ length: 20 }, () => poll(device));
  const [end, ...answers] = await Promise.all([answer(browser, page, 'allow'), ...polls]);
  assert.match(end.url, /\/deviceDone$/);
  for (const { status, body } of answers)
    if (status !== 200) assert.ok(['authorization_pending', 'slow_down'].includes(String(body['error'])));
  const won = answers.filter(({ status }) => status === 200).length;
  move(5000);
  assert.equal(won + ((await poll(device)).status === 200 ? 1 : 0), 1);
});

test('OID-153 who refuses is told so, stays signed in, and the device hears access_denied', async () => {
  const device = await newDevice();
  const browser = at.stage.browser();
  const mina = await at.stage.account();
  const url = await toConfirm(browser, device, mina);
  assert.match((await answer(browser, url, 'cancel')).url, /\/deviceCancelled$/);
  await waits(device, 'access_denied');
  await waits(device, 'invalid_grant');
  const request = authorizePath(at.tv, {
    scope: SCOPE,
    prompt: 'none',
    code_challenge: 'x'.repeat(43),
    code_challenge_method: 'S256',
  });
  assert.match((await browser.visit(request)).location, /[?&]code=/);
});

test('OID-159 ATK-40 guesses of codes are counted like those of passwords, also at the same moment, and right ones are not', async () => {
  const { pool } = at.stage;
  const guess = () => at.stage.browser().visit('/device', postForm({ user_code: 'BBBB-BBBB' }));
  try {
    for (const guesses of [
      { perAddress: 0, perPool: 4 },
      { perAddress: 4, perPool: 0 },
    ]) {
      // That of an address is for a quarter of an hour.
      move(15 * 60_000);
      pool.limits = { ...DEFAULT_LIMITS, guesses };
      for (let i = 0; i < 6; i++) {
        const { user_code } = await newDevice();
        assert.equal((await at.stage.browser().visit('/device', postForm({ user_code }))).status, 302);
      }
      const answers = await Promise.all(Array.from({ length: 20 }, guess));
      assert.equal(answers.filter(({ text }) => text.includes('unknown')).length, 4);
      assert.equal(answers.filter(({ text }) => text.includes('too-many-requests')).length, 16);
    }
  } finally {
    delete pool.limits;
  }
});

test('OID-160 ATK-19 a person who is disabled or signed out after they allowed it is not signed in on the device', async () => {
  for (const change of [{ enabled: false }, { epoch: 7 }]) {
    const device = await newDevice();
    const mina = await at.stage.account();
    await allow(device, mina);
    await at.stage.pool.accounts.update(mina.id, (account) => ({ ...account, ...change }));
    await waits(device, 'invalid_grant');
  }
});

test('OID-160 whoever is signed in already is asked whether it is they, and can be somebody else', async () => {
  const browser = at.stage.browser();
  const [mina, jan] = [await at.stage.account(), await at.stage.account()];
  await allow(await newDevice(), mina, browser);
  const device = await newDevice();
  const begun = await browser.visit('/device', postForm({ user_code: device.user_code }));
  assert.equal(JSON.parse((await browser.visit(begun.location)).text).signedInAs, mina.id);
  const go = await browser.visit(begun.location, postForm({ continue: mina.id }));
  const page = await browser.follow(go.location);
  assert.equal(JSON.parse(page.text).accountId, mina.id);
  await answer(browser, page.url, 'allow');
  move(5000);
  assert.equal(claimsOf((await poll(device)).body['access_token']).sub, mina.id);
  const next = await newDevice();
  await allow(next, jan, browser);
  move(5000);
  assert.equal(claimsOf((await poll(next)).body['access_token']).sub, jan.id);
});

test('OID-152 whoever must be asked what an application may learn is asked for a device too', async () => {
  const asking = await at.stage.client({ OpenId: { consent: true } }, SECRET);
  const device = await newDevice(asking);
  const browser = at.stage.browser();
  const { username } = await at.stage.account();
  const begun = await browser.visit('/device', postForm({ user_code: device.user_code }));
  const signedIn = await browser.visit(begun.location, postForm({ username }));
  const consent = await browser.follow(signedIn.location);
  assert.match(consent.url, /\/consent\?/);
  const page = await browser.follow(consent.url, postForm({ answer: 'allow' }));
  assert.match(page.url, /\/deviceConfirm\?/, page.text);
  await waits(device, 'authorization_pending', asking);
  assert.match((await answer(browser, page.url, 'allow')).url, /\/deviceDone$/);
  move(5000);
  assert.equal((await poll(device, asking)).status, 200);
});

test('OID-162 the sign-in for a device begins again with another provider, and only for a device that waits', async () => {
  const device = await newDevice();
  const browser = at.stage.browser();
  const begun = await browser.visit('/device', postForm({ user_code: device.user_code }));
  const query = new URL(begun.location).searchParams;
  const again = await browser.visit(
    `/login?${new URLSearchParams({ foyer_device: query.get('foyer_device') ?? '', identity_provider: 'COGNITO' })}`,
  );
  assert.match(again.location, /\/login\?identity_provider=COGNITO&foyer_device=.*interaction=/);
  assert.notEqual(new URL(again.location).searchParams.get('interaction'), query.get('interaction'));
  for (const odd of ['', 'x', 'v1.xxxx', device.user_code])
    assert.match(
      (await browser.visit(`/login?${new URLSearchParams({ foyer_device: odd })}`)).location,
      /\/deviceExpired$/,
    );
});
