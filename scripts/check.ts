/**
 * `npm run check`: format, lint, types, generated documents, the architecture and every test that needs neither a
 * service nor a browser. Under a minute, for use before a commit; `npm test` is the whole truth.
 */
import { runChecks, staticChecks } from './checks.ts';
import { findTestFiles } from './find-test-files.ts';
import { runTestFiles } from './run-test-files.ts';

// The packed test installs from the registry, which takes half a minute.
const needsService = /(^|\/)(mongo|redis|packed)[^/]*\.test\.ts$/;
const quick = findTestFiles('server', 'adapters', 'federation', 'scripts').filter(
  (file) => !needsService.test(file),
);

const checks = await runChecks(staticChecks);
const tests = await runTestFiles(quick.map((file) => ({ file })));
const failed = checks.failed + tests.failed;
process.stdout.write(`${checks.passed + tests.passed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 ? 1 : 0;
