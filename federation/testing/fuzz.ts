/** How property tests of this folder run: few inputs and one seed, or what `npm run fuzz` sets. */
import fc from 'fast-check';

const { FUZZ_RUNS = '300', FUZZ_SEED = '20261105' } = process.env;

fc.configureGlobal({ numRuns: Number(FUZZ_RUNS), seed: Number(FUZZ_SEED) });

export { fc };
