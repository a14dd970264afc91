/**
 * `npm run check`: format, lint, types, generated documents, the architecture and every test that needs neither a
 * service nor a browser nor a registry. About a minute, for use before a commit; `npm test` is the whole truth.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runChecks, staticChecks } from './checks.ts';
import { findTestFiles } from './find-test-files.ts';
import { runTestFiles } from './run-test-files.ts';

const root = join(import.meta.dirname, '..');
const needsMore = /testing\/(service-address|redis-servers|mongo-database)|npm\(folder, 'install'/;
const quick = findTestFiles('server', 'adapters', 'federation', 'scripts').filter(
  (file) => !needsMore.test(readFileSync(join(root, file), 'utf8')),
);

const checks = await runChecks(staticChecks);
const tests = await runTestFiles(quick.map((file) => ({ file })));
const failed = checks.failed + tests.failed;
process.stdout.write(`${checks.passed + tests.passed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 ? 1 : 0;
