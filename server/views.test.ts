import assert from 'node:assert/strict';
import { test } from 'node:test';
import { render, renderText } from './views.ts';

const title = `<script>alert(1)</script>"><img src=x onerror='alert(1)'>`;
const frame = { title, assets: { css: '/a.css', js: '/a.js', mark: '/a.svg' } };

test('ATK-08 values are printed as text, never as markup', () => {
  const html = render('partials/head', { frame });
  assert.match(
    html,
    /&lt;script&gt;alert\(1\)&lt;\/script&gt;&#34;&gt;&lt;img src=x onerror=&#39;alert\(1\)&#39;&gt;/,
  );
  assert.equal(html.match(/<script/g)?.length, 1);
});

test('plain text is not escaped as HTML, whichever form was rendered first', () => {
  assert.ok(renderText('partials/head', { frame }).includes(title));
  assert.ok(!render('partials/head', { frame }).includes(title));
});

test('a value that a template was not given is a fault, not an empty page', () => {
  assert.throws(() => render('partials/head', {}), /frame is not defined/);
});

test('an unknown template is a fault', () => {
  assert.throws(() => render('pages/no-such-page', {}), { code: 'ENOENT' });
});
