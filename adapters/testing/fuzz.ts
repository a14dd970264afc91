/**
 * How property tests run. In `npm test` with one seed and few inputs, so that everybody sees the same; under
 * `npm run fuzz` with many, and others each time. What fails shows the seed and the smallest input that it found:
 * mend it, and keep that input as a test of its own.
 */
import fc from 'fast-check';

const { FUZZ_RUNS = '200', FUZZ_SEED = '20261105' } = process.env;

fc.configureGlobal({ numRuns: Number(FUZZ_RUNS), seed: Number(FUZZ_SEED) });

/** Any character of Unicode. `fc.string({ unit: 'binary' })` has them too, and needs a second to get ready. */
export const anyCharacter = fc
  .oneof(fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff }))
  .map((point) => String.fromCodePoint(point));

/** Any text that JavaScript can hold, halves of surrogate pairs too. */
export const anyText = (maxLength = 40) =>
  fc.oneof(
    fc.string({ maxLength }),
    fc.array(anyCharacter, { maxLength }).map((characters) => characters.join('')),
    fc.array(fc.nat(0xffff), { maxLength }).map((units) => String.fromCharCode(...units)),
  );

/** A few pieces in a row: texts that come close to what a parser looks for, and miss it. */
export const textOf = (pieces: readonly string[], maxLength = 12) =>
  fc
    .array(fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...pieces) }, fc.string({ maxLength: 3 })), {
      maxLength,
    })
    .map((parts) => parts.join(''));

export { fc };
