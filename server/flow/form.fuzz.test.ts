import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import type { Context } from 'koa';
import { anyText, fc, textOf } from '#adapters/testing/fuzz.ts';
import type { Field } from './fields.ts';
import { checkForm, readForm, UnreadableForm } from './form.ts';
import { en } from './texts/en.ts';

/** A post of a form with this body. */
function posted(body: Uint8Array): Context {
  return { req: Readable.from([body]), is: () => 'urlencoded', get: () => '' } as unknown as Context;
}
const known = ['username', 'password', 'code', 'phone_number', 'custom:team', 'custom:__proto__'];
/** A page asks for what it knows; a post holds anything. */
const names = fc.constantFrom(...known, '__proto__', 'toString', 'constructor');
const fields = fc.uniqueArray(
  fc.record<Field>({
    name: fc.constantFrom(...known),
    label: fc.constantFrom('Name', 'A {label} of $& and $1'),
    type: fc.constantFrom('text', 'password', 'tel', 'email'),
    autocomplete: fc.constant('off'),
    required: fc.boolean(),
  }),
  { selector: ({ name }) => name },
);
const typed = fc.oneof(
  anyText(),
  textOf([' ', '\t', '\u00a0', '(', '-', '0', 'x'], 20),
  fc.constant('x'.repeat(2049)),
);

test('what a browser encodes is what is read; of a repeated field the last counts', async () => {
  const pairs = fc.array(fc.tuple(fc.oneof(names, anyText(4)), anyText()), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(pairs, async (given) => {
      const wellFormed = given.map((pair) => pair.map((text) => text.toWellFormed()) as [string, string]);
      const form = await readForm(posted(Buffer.from(new URLSearchParams(wellFormed).toString())));
      assert.deepEqual(new Map(Object.entries(form)), new Map(wellFormed));
    }),
  );
});

test('whatever bytes are posted, they are read or refused as a form that cannot be', async () => {
  const bodies = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.integer({ min: 0, max: 3 }).map((more) => new Uint8Array(64 * 1024 + more - 1).fill(0x26)),
  );
  await fc.assert(
    fc.asyncProperty(bodies, async (body) => {
      const read = await readForm(posted(body)).catch((error: unknown) => error);
      if (body.length > 64 * 1024) assert.ok(read instanceof UnreadableForm && read.status === 413);
      else assert.ok(!(read instanceof Error), String(read));
    }),
  );
});

test('only what the page asks for goes on, never too long, and a password exactly as it was typed', () => {
  fc.assert(
    fc.property(fields, fc.dictionary(names, typed), (asked, form) => {
      const { input, errors } = checkForm(en, asked, form);
      for (const name of Object.keys(input)) assert.ok(asked.some((field) => field.name === name));
      for (const { name, type, required } of asked) {
        const value = Object.hasOwn(input, name) ? input[name] : undefined;
        const wrong = errors.some(({ field }) => field === name);
        if (type === 'password') assert.equal(value ?? '', Object.hasOwn(form, name) ? form[name] : '');
        assert.equal(
          wrong,
          value === undefined ? required : value.length > (type === 'password' ? 256 : 2048),
        );
      }
    }),
  );
});
