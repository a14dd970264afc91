import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainText } from './plain-text.ts';

test('tags go, lines and paragraphs stay', () => {
  assert.equal(
    plainText('<h1>Hello</h1><p>One\n  two</p><p>Three<br/>four</p>'),
    'Hello\nOne two\nThree\nfour',
  );
  assert.equal(plainText('<ul><li>a</li><li>b</li></ul>'), 'a\nb');
  assert.equal(plainText('plain &amp; simple'), 'plain & simple');
});

test('what a reader of HTML does not see is left out', () => {
  assert.equal(
    plainText('<head><title>t</title></head><style>p{color:red}</style><p>x</p><script>alert(1)</script>'),
    'x',
  );
});

test('the address of a link follows on its own line', () => {
  assert.equal(
    plainText('Click <a class="b" href="https://x.example/?a=1&amp;b=2">here</a> now'),
    'Click here\nhttps://x.example/?a=1&b=2\nnow',
  );
  assert.equal(plainText("<a href='https://x.example'>x</a>"), 'x\nhttps://x.example');
});

test('entities are read once', () => {
  assert.equal(
    plainText('&lt;b&gt; &amp;lt; &#233;&#x1F511; &nbsp;| &unknown; &#99999999;'),
    '<b> &lt; é🔑  | &unknown; &#99999999;',
  );
  assert.equal(plainText('&#1114112;'), '&#1114112;');
});

test('long and broken markup takes no time to speak of', () => {
  for (const piece of ['<a ', '<a href="', '<style>', '<', '&#', '{##', '<br', '\n \t'])
    plainText(piece.repeat(20_000 / piece.length));
});
