import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PATHS } from '../../server/flow/paths.ts';
import { openHttpSession, readForm } from '../http-session.ts';
import { openPages } from './open-pages.ts';
import { addPerson, PASSWORD } from './people.ts';

const pages = await openPages();
const { pool } = pages;
await addPerson(pool, 'maria');
const right = { username: 'maria', password: PASSWORD };
const names = Object.keys(PATHS) as (keyof typeof PATHS)[];

test('HUI-164 ATK-22 a form without the token that belongs to this browser is refused with 403, and does nothing', async () => {
  const attacker = openHttpSession();
  const theirs = readForm(await attacker.get(pages.begin().page('sign-in'))).values['_csrf'] ?? '';

  const browser = openHttpSession();
  const { page, uid } = pages.begin();
  const own = readForm(await browser.get(page('sign-in'))).values['_csrf'] ?? '';
  const refused = [
    await browser.post(page('sign-in'), right),
    await browser.post(page('sign-in'), { ...right, _csrf: '' }),
    await browser.post(page('sign-in'), { ...right, _csrf: theirs }),
    await browser.post(page('sign-in'), { ...right, _csrf: `${own}AA` }),
    // Another site's post brings no cookie: it is lax.
    await openHttpSession().post(page('sign-in'), { ...right, _csrf: own }),
  ];
  for (const answer of refused) {
    assert.equal(answer.status, 403);
    assert.match(answer.body, /Allow cookies for this site and try again/);
  }
  assert.equal(pages.finished.has(uid), false);
  const accepted = await browser.post(page('sign-in'), { ...right, _csrf: own });
  assert.equal(accepted.status, 302);
});

test('HUI-164 every page with a form refuses a post without its token', async () => {
  for (const name of names.filter((name) => !['confirm-by-link', 'error', 'signed-out'].includes(name))) {
    const answer = await openHttpSession().post(pages.begin().page(name), right);
    assert.equal(answer.status, 403, name);
  }
});

test('the cookie of forms is HttpOnly, lax, bound to the path of the pool, and Secure where the pages are', async () => {
  const cookieOf = async (publicBase?: string) => {
    const { begin } = await openPages({ publicBase });
    return (await openHttpSession().get(begin().page('sign-in'))).headers.getSetCookie();
  };
  const parts = ['samesite=lax', 'httponly', 'path=/acme'];
  const [plain, ...more] = await cookieOf();
  assert.equal(more.length, 0);
  assert.match(plain ?? '', /^XSRF-TOKEN-[0-9a-f]{12}=[\w-]{43};/);
  for (const part of parts) assert.ok(plain?.includes(part), part);
  assert.doesNotMatch(plain ?? '', /secure|domain/i);
  const [secure] = await cookieOf('https://login.example.com/acme');
  for (const part of [...parts, 'secure']) assert.ok(secure?.includes(part), part);
});

test('HUI-176 no page is framed, kept or sniffed, and none runs inline script or loads from elsewhere', async () => {
  const browser = openHttpSession();
  for (const name of names) {
    const { headers, body } = await browser.get(pages.begin().page(name));
    const policy = headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'none'/, name);
    assert.match(policy, /frame-ancestors 'none'/, name);
    assert.match(policy, /script-src 'self'(;|$)/, name);
    assert.doesNotMatch(policy, /unsafe|\*|data:/, name);
    assert.equal(headers.get('x-frame-options'), 'DENY', name);
    assert.equal(headers.get('cache-control'), 'no-cache, no-store', name);
    assert.equal(headers.get('x-content-type-options'), 'nosniff', name);
    assert.equal(headers.get('referrer-policy'), 'no-referrer', name);
    assert.doesNotMatch(body, /<script(?![^>]* src="\/acme\/assets\/)|<style|\sstyle=|\son\w+=/, name);
    assert.doesNotMatch(body, /(?:src|href)="(?:https?:)?\/\//, name);
  }
  const failed = await browser.submit(await browser.get(pages.begin().page('sign-in')), { username: 'x' });
  assert.equal(failed.headers.get('x-frame-options'), 'DENY');
  assert.equal(failed.headers.get('cache-control'), 'no-cache, no-store');
  const done = await browser.submit(await browser.get(pages.begin().page('sign-in')), right);
  assert.equal(done.status, 302);
  assert.equal(done.headers.get('cache-control'), 'no-cache, no-store');
});

test('a form may lead to the application that waits and nowhere else', async () => {
  const policyFor = async (redirectUri: string) => {
    const { headers } = await openHttpSession().get(pages.begin({ redirectUri }).page('sign-in'));
    return /form-action ([^;]*)/.exec(headers.get('content-security-policy') ?? '')?.[1];
  };
  assert.equal(
    await policyFor('https://shop.example.com:8443/cb?x=1'),
    "'self' https://shop.example.com:8443",
  );
  assert.equal(await policyFor('com.acme.app://callback'), "'self' com.acme.app:");
  assert.equal(await policyFor('http://[::1]:9000/cb'), "'self' http:");
});

test('what is no form, or too much of one, is refused and never read into memory', async () => {
  const browser = openHttpSession();
  const { page } = pages.begin();
  await browser.get(page('sign-in'));
  const cookie = await browser.jar.getCookieString(page('sign-in'));
  const post = (body: string, type: string) =>
    fetch(page('sign-in'), { method: 'POST', headers: { cookie, 'content-type': type }, body });
  assert.equal((await post('{}', 'application/json')).status, 415);
  assert.equal((await post('x', 'text/plain')).status, 415);
  const form = 'application/x-www-form-urlencoded';
  assert.equal((await post(`username=${'x'.repeat(70_000)}`, form)).status, 413);
  assert.equal((await post('%%%=%zz&_csrf=%', form)).status, 403);
});

test('values past their bounds are told at their field', async () => {
  const browser = openHttpSession();
  const { page } = pages.begin();
  const form = await browser.get(page('sign-in'));
  const answer = await browser.submit(form, { username: 'm'.repeat(2049), password: 'p'.repeat(257) });
  assert.equal(answer.status, 400);
  assert.match(answer.body, /id="field-username-error">“Username” is too long/);
  assert.match(answer.body, /id="field-password-error">“Password” is too long/);
});

test('pages answer GET and POST only, and those without a form GET only', async () => {
  for (const name of names) {
    const shown = ['confirm-by-link', 'error', 'signed-out'].includes(name);
    const methods = shown ? ['HEAD', 'PUT', 'DELETE', 'POST'] : ['HEAD', 'PUT', 'DELETE'];
    for (const method of methods) {
      const answer = await fetch(pages.begin().page(name), { method });
      assert.equal(answer.status, 405, `${method} ${name}`);
      assert.equal(answer.headers.get('allow'), shown ? 'GET' : 'GET, POST');
    }
  }
});

test('ATK-08 the error page shows only what it knows, whatever its address says', async () => {
  const open = (query: string) => openHttpSession().get(`${pages.base}/error?${query}`);
  const known = await open('error=redirect_mismatch&client_id=<b>x</b>&state="><script>alert(1)</script>');
  assert.equal(known.status, 400);
  assert.match(known.body, /The address to return to is not one that this application has registered/);
  assert.match(known.body, /Error: redirect_mismatch/);
  assert.doesNotMatch(known.body, /<b>|alert\(/);
  for (const error of [
    '<script>alert(1)</script>',
    'Call+0800-EVIL',
    '__proto__',
    'constructor',
    'unknown',
  ]) {
    const unknown = await open(`error=${encodeURIComponent(error)}`);
    assert.equal(unknown.status, 400);
    assert.match(unknown.body, /Something went wrong\./);
    assert.doesNotMatch(unknown.body, /alert\(|EVIL|proto/);
  }
});

test('an interaction that this browser does not have is no page, on GET and on POST', async () => {
  const browser = openHttpSession();
  const { page } = pages.begin();
  const form = readForm(await browser.get(page('sign-in'))).values;
  for (const address of [
    page('sign-up').replace(/interaction=[^&]*/, 'interaction=made-up'),
    `${pages.base}/signup`,
  ]) {
    const shown = await browser.get(address);
    assert.equal(shown.status, 400);
    assert.match(shown.body, /This page has expired/);
    assert.equal((await browser.post(address, { ...form, ...right })).status, 400);
  }
});

test('HUI-158 HUI-159 the form is there when the client enables the pool itself, and neither there nor past it when not', async () => {
  const browser = openHttpSession();
  const enabled = await browser.get(pages.begin().page('sign-in'));
  assert.match(enabled.body, /type="password"/);
  assert.doesNotMatch(enabled.body, /idpButton-customizable/);

  const closed = await openPages({ client: { SupportedIdentityProviders: [] } });
  await addPerson(closed.pool, 'maria');
  const { page, uid } = closed.begin();
  const shown = await browser.get(page('sign-in'));
  assert.equal(shown.status, 200);
  assert.doesNotMatch(shown.body, /<form|<input/);
  assert.match(shown.body, /There is no way to sign in here yet/);
  const csrf = readForm(enabled).values['_csrf'] ?? '';
  for (const name of ['sign-in', 'sign-up', 'forgot-password'] as const)
    assert.equal((await browser.post(page(name), { ...right, _csrf: csrf })).status >= 400, true, name);
  assert.equal(closed.finished.has(uid), false);
});
