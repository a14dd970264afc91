/**
 * Gets a clone ready: `prepare.mjs start` for running Foyer, `prepare.mjs test` for its tests as well.
 * It runs before anything is installed, on whatever Node (18 or newer) the machine has: plain JavaScript, no packages.
 * Whatever is there already is left alone, so npm calls it before every start and every test run.
 */
import { preparePackages } from './prepare/packages.mjs';
import { Refusal, say } from './prepare/run.mjs';
import { prepareTools } from './prepare/tools.mjs';

const purpose = process.argv[2];
try {
  if (purpose !== 'start' && purpose !== 'test')
    throw new Refusal('Usage: node scripts/prepare.mjs start|test');
  if (Number(process.versions.node.split('.')[0]) < 18) {
    throw new Refusal(
      `Node ${process.versions.node} is too old to install Foyer with: install Node 18 or newer.`,
    );
  }
  preparePackages();
  if (purpose === 'test') prepareTools();
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  say(error.message);
  process.exitCode = 1;
}
