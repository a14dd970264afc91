/**
 * `npm test`: first what `npm run check` looks at, then every test, with a real Redis and a server that speaks
 * MongoDB's protocol. Stories of e2e/ run twice, once on each set of stores. Arguments are parts of file names:
 * `npm test -- e2e/sign-in` runs those files only, and on one set of stores only when FOYER_TEST_STORES names it.
 * The last line is the result: `N passed, N failed`.
 */
import { startServices } from '../e2e/services.ts';
import { runChecks, staticChecks } from './checks.ts';
import { findTestFiles } from './find-test-files.ts';
import { runTestFiles, type TestRun } from './run-test-files.ts';

const STORES = ['embedded', 'shared'];

const filters = process.argv.slice(2);
const starting = startServices();
// Checks run on meanwhile; a failure to start is reported where it is awaited.
starting.catch(() => {});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const checks = filters.length ? { passed: 0, failed: 0 } : await runChecks(staticChecks);
const services = await starting;
const { redisUrl, mongodbUri } = services;
const tests = await runTestFiles(plan(), { REDIS_URL: redisUrl, MONGODB_URI: mongodbUri });
await services.stop();

const passed = checks.passed + tests.passed;
const failed = checks.failed + tests.failed;
if (tests.passed === 0) process.stdout.write('No test ran.\n');
const skipped = tests.skipped ? `, ${tests.skipped} skipped` : '';
process.stdout.write(`${passed} passed, ${failed} failed${skipped}\n`);
process.exitCode = failed > 0 || tests.passed === 0 ? 1 : 0;

function plan(): TestRun[] {
  const chosen = (file: string) => filters.length === 0 || filters.some((filter) => file.includes(filter));
  const stores = STORES.filter((name) => (process.env.FOYER_TEST_STORES ?? name) === name);
  // Stories take longest: begun first, they leave no core idle at the end.
  const stories = findTestFiles('e2e').filter(chosen);
  return [
    ...stories.flatMap((file) =>
      stores.map((variant) => ({ file, variant, env: { FOYER_TEST_STORES: variant } })),
    ),
    ...findTestFiles('server', 'adapters', 'federation', 'scripts', 'bench')
      .filter(chosen)
      .map((file) => ({ file })),
  ];
}
