import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PATHS } from '../../server/flow/paths.ts';
import { en } from '../../server/flow/texts/en.ts';
import type { Texts } from '../../server/flow/texts/texts.ts';
import { openHttpSession } from '../http-session.ts';
import { openPages } from './open-pages.ts';
import { addPerson, PASSWORD } from './people.ts';

/** A language that nobody speaks: every text in brackets, written from right to left. */
function pseudo<T>(texts: T): T {
  if (typeof texts === 'string') return (texts && `⟦${texts}⟧`) as T;
  return Object.fromEntries(Object.entries(texts as object).map(([key, value]) => [key, pseudo(value)])) as T;
}
const xx: Texts = { ...pseudo(en), lang: 'xx', dir: 'rtl' };
const pages = await openPages({
  catalogues: { en, xx },
  pool: { AutoVerifiedAttributes: ['email'], Schema: [{ Name: 'email', Required: true, Mutable: true }] },
});
const maria = await addPerson(pages.pool, 'maria');
const german = { 'accept-language': 'de, xx;q=0.5, en;q=0.1' };

/** What a person reads or hears of a page, without what stands in brackets and the names of people and things. */
function untranslated(body: string): string {
  return [
    body.replace(/<head>[\s\S]*?<\/head>/, '').replace(/<[^>]*>/g, ' '),
    /<title>([^<]*)/.exec(body)?.[1] ?? '',
    ...[
      ...body.matchAll(
        /(?:aria-label|title|alt|placeholder|data-(?:busy|show|hide|met|unmet)[\w-]*)="([^"]*)"/g,
      ),
    ].map(([, text = '']) => text),
  ]
    .join(' ')
    .replace(/⟦[^⟦⟧]*⟧/g, '')
    .replace(/⟦[^⟦]*(⟦[^⟧]*⟧[^⟧]*)*⟧/g, '')
    .replace(/Acme( Shop)?|maria@example\.com|&#?\w+;/g, '')
    .replace(/[^\p{L}]+/gu, ' ')
    .trim();
}

test('every word of every page comes from the catalogue', async () => {
  const browser = openHttpSession();
  const bodies: [string, string][] = [];
  for (const name of Object.keys(PATHS) as (keyof typeof PATHS)[]) {
    const { page } = pages.begin({ signedInAs: maria.id });
    for (const address of [page(name), `${page(name)}&other=1`, page(name).replace(/interaction=[^&]*/, '')])
      bodies.push([name, (await browser.get(address, german)).body]);
  }
  const { page } = pages.begin();
  const signUp = await browser.get(page('sign-up'), german);
  const post = (fields: Record<string, string>) =>
    browser.post(page('sign-up'), { ...csrf, ...fields }, german);
  const csrf = { _csrf: /name="_csrf" value="([^"]*)"/.exec(signUp.body)?.[1] ?? '' };
  bodies.push(['sign-up, empty', (await post({})).body]);
  bodies.push(['sign-up, weak', (await post({ username: 'u', email: 'u@example.com', password: 'x' })).body]);
  await post({ username: 'ulla', email: 'ulla@example.com', password: PASSWORD });
  bodies.push(['confirm', (await browser.get(page('confirm-sign-up'), german)).body]);
  for (const [name, body] of bodies.filter(([, text]) => text.startsWith('<!doctype'))) {
    assert.match(body, /<html lang="xx" dir="rtl">/, name);
    assert.equal(untranslated(body), '', name);
  }
  assert.ok(bodies.filter(([, body]) => body.startsWith('<!doctype')).length > 20);
});

test('the language that the application asks for goes before that of the browser', async () => {
  const { page } = pages.begin({ languages: ['xx'] });
  const { body, headers } = await openHttpSession().get(page('sign-in'), { 'accept-language': 'en' });
  assert.match(body, /<html lang="xx"/);
  assert.equal(headers.get('content-language'), 'xx');
  const outside = await openHttpSession().get(`${pages.base}/error?ui_locales=fr%20xx`, {
    'accept-language': 'en',
  });
  assert.match(outside.body, /<html lang="xx"/);
});
