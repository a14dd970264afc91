import assert from 'node:assert/strict';
import { test } from 'node:test';
import { en } from './en.ts';
import { acceptedLanguages, pickTexts, say } from './texts.ts';

const catalogues = { en, de: { ...en, lang: 'de' }, 'pt-BR': { ...en, lang: 'pt-BR' } };
const picked = (...wanted: string[]) => pickTexts(wanted, catalogues).lang;

test('the first wanted language that there is, with or without its region; English when there is none', () => {
  assert.equal(picked('de'), 'de');
  assert.equal(picked('DE-at'), 'de');
  assert.equal(picked('fr', 'pt-br', 'de'), 'pt-BR');
  assert.equal(picked('pt'), 'en');
  assert.equal(picked(), 'en');
  assert.equal(picked('__proto__', 'constructor'), 'en');
});

test('Accept-Language is read by weight, then in its own order', () => {
  assert.deepEqual(acceptedLanguages('fr;q=0.3, de-AT, en;q=0.8, *;q=0.1, it;q=0, es'), [
    'de-AT',
    'es',
    'en',
    'fr',
  ]);
  assert.deepEqual(acceptedLanguages(''), []);
  assert.deepEqual(acceptedLanguages('de;q=abc'), []);
});

test('placeholders are filled once; what they are filled with is not read again', () => {
  assert.equal(say('Hi {name}, {other}', { name: '{other}' }), 'Hi {other}, {other}');
});
