import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PoolSettings } from '#adapters/directory/records.ts';
import { anyCharacter, anyText, fc } from '#adapters/testing/fuzz.ts';
import { type FoldedField, foldName } from './fold-name.ts';

const FIELDS: FoldedField[] = ['username', 'email', 'phone_number', 'preferred_username'];
const rules = (CaseSensitive: boolean): Pick<PoolSettings, 'UsernameConfiguration'> => ({
  UsernameConfiguration: { CaseSensitive },
});
const sensitive = fc.boolean();
const field = fc.constantFrom(...FIELDS);
const ignoring = (text: string) => foldName(rules(false), 'username', text);

/** Letters whose two cases are one letter to everybody, and what may stand on or between them. */
const isPlain = (letter: string) =>
  letter.toUpperCase().toLowerCase().normalize('NFC') === letter.normalize('NFC');
const letters = fc.oneof(
  fc.string({
    unit: anyCharacter.filter(isPlain),
    maxLength: 20,
  }),
  fc.string({
    unit: fc.constantFrom('a', 'é', 'e\u0301', 'i', 'İ', 'ǆ', 'σ', 'ς', 'Σ', 'ο', '-', '1', '\u0323'),
    maxLength: 12,
  }),
);

test('folding what was folded changes nothing, so that a name read from a store finds its account', () => {
  fc.assert(
    fc.property(anyText(), field, sensitive, (text, field, caseSensitive) => {
      const folded = foldName(rules(caseSensitive), field, text);
      assert.equal(foldName(rules(caseSensitive), field, folded), folded);
    }),
  );
});

test('USR-198 ATK-32 names that read the same are one name: in either case, composed or decomposed', () => {
  fc.assert(
    fc.property(letters, (name) => {
      const folded = ignoring(name);
      assert.equal(ignoring(name.toUpperCase()), folded);
      assert.equal(ignoring(name.toLowerCase()), folded);
      assert.equal(ignoring(name.normalize('NFD')), folded);
      assert.equal(ignoring(name.normalize('NFC')), folded);
    }),
  );
});

test('ATK-32 a pool that tells case apart changes no letter of a name', () => {
  fc.assert(
    fc.property(anyText(), field, (name, field) => {
      assert.equal(foldName(rules(true), field, name), name.normalize('NFC'));
    }),
  );
});

test('ATK-32 of all characters only those that are drawn the same become plain ones', () => {
  const every = Array.from({ length: 0x11_0000 - 0x80 }, (_, index) => String.fromCodePoint(index + 0x80));
  const plain = every.filter((character) => /[\x21-\x7e]/.test(ignoring(character)));
  // A capital I with its dot is an i with a dot; Unicode itself calls the Greek question mark, the Greek varia and the
  // sign of Kelvin the same as `;`, ` and K.
  assert.deepEqual(plain, ['\u0130', '\u037e', '\u1fef', '\u212a']);
});

test('USR-198 the two small sigmas are one letter, which the capital stands for', () => {
  for (const name of ['ΟΔΟΣ', 'οδος', 'οδοσ', 'Οδοσ']) assert.equal(ignoring(name), ignoring('Οδος'), name);
});
