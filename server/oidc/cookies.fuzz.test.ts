import assert from 'node:assert/strict';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { test } from 'node:test';
import Koa, { type Context } from 'koa';
import { fc, textOf } from '#adapters/testing/fuzz.ts';
import { openCsrf } from '../flow/csrf.ts';
import { openVault } from '../vault.ts';
import { browserOf, cookiesOf, dropInteractionCookie, isBrowser } from './cookies.ts';

const app = new Koa();
const vault = openVault('a master secret of the tests, long enough');
const PATH_FORM = { base: 'http://localhost:9400/acme', mountPath: '/acme' };
const HOST_FORM = { base: 'https://acme.auth.example.com', mountPath: '' };
const address = fc.constantFrom(PATH_FORM, HOST_FORM);
const poolId = fc.constantFrom('eu-central-1_Ab12Cd34E', 'eu-central-1_Zz99Yy88X');

/** A request with this Cookie header, and what is answered to it. */
function visit(cookie?: string): Context {
  const request = new IncomingMessage(new Socket());
  if (cookie !== undefined) request.headers.cookie = cookie;
  return app.createContext(request, new ServerResponse(request)) as Context;
}
/** The one cookie that an answer sets, as a browser sends it back. */
const given = (ctx: Context) =>
  [ctx.response.get('set-cookie')]
    .flat()
    .map((line) => String(line).split(';')[0])
    .join('; ');

/** What may stand beside a cookie of ours: of other applications on this host, or put there by someone who can. */
const beside = (names: readonly string[]) =>
  textOf(
    [
      ...names,
      ...[
        '=',
        '==',
        ';',
        '; ',
        ',',
        '"',
        ' ',
        'x',
        'foyer',
        '__Host-',
        '-browser',
        '.*',
        '%3D',
        '\u0000',
        'é',
      ],
    ],
    16,
  );

test('ATK-27 a browser is known by the id that it was given and by nothing else that a Cookie header can say', () => {
  const id = 'Ql3vU0Wc8fJx2aZt5yRk7mNb1sHd4gPe6oTi9uLqXwY';
  const cookies = [PATH_FORM, HOST_FORM].map((at) => cookiesOf({ id: 'eu-central-1_Ab12Cd34E' }, at));
  const names = cookies.flatMap((one) => [one.names.browser, one.names.session]);
  const header = beside([...names, id.slice(1), id.slice(0, -1), id.toLowerCase()]);
  fc.assert(
    fc.property(fc.constantFrom(...cookies), header, (cookies, header) => {
      const own = `${cookies.names.browser}-0=${id}`;
      const hash = browserOf(visit(own), cookies);
      assert.ok(isBrowser(visit(own), cookies, hash));
      assert.ok(!isBrowser(visit(header), cookies, hash));
      // Beside it, another cookie neither hides it nor stands for it.
      assert.ok(isBrowser(visit(`other=${header.replaceAll(';', '')}; ${own}`), cookies, hash));
      const fresh = visit(header.replaceAll('=', ''));
      assert.notEqual(browserOf(fresh, cookies), hash);
      assert.match(given(fresh), new RegExp(`^${cookies.names.browser}-[0-9a-f]{12}=[\\w-]{43}$`));
    }),
  );
});

test('ATK-23 no cookie of one pool or address is a cookie of another, unless the browser itself keeps them apart', () => {
  fc.assert(
    fc.property(poolId, poolId, address, address, (a, b, at, of) => {
      const [mine, theirs] = [cookiesOf({ id: a }, at), cookiesOf({ id: b }, of)];
      const apart = at.base !== of.base && new URL(at.base).host !== new URL(of.base).host;
      for (const name of ['session', 'browser', 'interaction', 'resume'] as const)
        if (a !== b || at !== of) assert.ok(apart || mine.names[name] !== theirs.names[name]);
      assert.deepEqual(mine.options, {
        path: at.mountPath || '/',
        secure: at === HOST_FORM,
        httpOnly: true,
        sameSite: 'lax',
        overwrite: true,
      });
    }),
  );
});

test('what is not of an interaction stays among the cookies of an answer', () => {
  const cookies = cookiesOf({ id: 'eu-central-1_Ab12Cd34E' }, PATH_FORM);
  const name = fc.constantFrom(...Object.values(cookies.names), 'XSRF-TOKEN', 'other');
  fc.assert(
    fc.property(fc.array(name), (names) => {
      const ctx = visit();
      const set = names.map((name) => `${name}=value; path=/acme; httponly`);
      if (set.length) ctx.set('Set-Cookie', set);
      dropInteractionCookie(ctx, cookies);
      const expected = set.filter((line) => !line.startsWith(`${cookies.names.interaction}=`));
      assert.deepEqual(ctx.response.get('set-cookie') || [], expected.length ? expected : []);
    }),
  );
});

test('ATK-22 a form goes with the cookie that it was made for, and with no other pool, cookie or value', () => {
  const change = fc.tuple(fc.nat(31), fc.integer({ min: 1, max: 255 }));
  const made = beside(['XSRF-TOKEN']);
  fc.assert(
    fc.property(change, made, fc.option(made, { nil: undefined }), ([at, by], header, value) => {
      const csrf = openCsrf({ id: 'eu-central-1_Ab12Cd34E', vault }, PATH_FORM);
      const other = openCsrf({ id: 'eu-central-1_Zz99Yy88X', vault }, PATH_FORM);
      const first = visit();
      const token = csrf.token(first);
      const cookie = given(first);
      assert.ok(csrf.holds(visit(cookie), token));
      assert.ok(!other.holds(visit(cookie), token));
      assert.ok(!csrf.holds(visit(header), token));
      assert.ok(!csrf.holds(visit(), token));
      assert.ok(!csrf.holds(visit(cookie), value));
      const bytes = Buffer.from(token, 'base64url');
      bytes[at] = (bytes[at] ?? 0) ^ by;
      assert.ok(!csrf.holds(visit(cookie), bytes.toString('base64url')));
    }),
  );
});
