#!/usr/bin/env node
/**
 * The program. `foyer` runs the service, `foyer rotate-keys <pool id>` gives a pool new signing keys, `foyer certificate`
 * manages the certificates of custom domains. The only file that acts on import.
 */
import cluster from 'node:cluster';
import { existsSync } from 'node:fs';
import { StoreError } from '#adapters/errors.ts';
import { Refusal } from './errors.ts';
import { CERTIFICATE_USAGE, certificateCommand, manageCertificates } from './manage-certificates.ts';
import { InvalidPoolFile } from './pool-file/read.ts';
import { rotatePoolKeys } from './rotate-pool-keys.ts';
import { serve } from './serve.ts';
import { InvalidSettings, loadSettings } from './settings/load.ts';
import { runWorkers } from './workers.ts';

async function main([command, ...parameters]: string[]): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const [first, ...more] = parameters;
  if (command === undefined) {
    const settings = loadSettings(process.env);
    return settings.workers > 1 && cluster.isPrimary ? runWorkers(settings) : serve(settings);
  }
  if (command === 'rotate-keys' && first && more.length === 0)
    return rotatePoolKeys(loadSettings(process.env), first);
  const certificates = command === 'certificate' && certificateCommand(parameters);
  if (certificates) return manageCertificates(loadSettings(process.env), certificates);
  const usage = [
    'foyer                          runs the service',
    'foyer rotate-keys <pool id>    new signing keys',
  ];
  console.error(`Usage: ${[...usage, ...CERTIFICATE_USAGE].join('\n       ')}`);
  process.exitCode = 2;
}

/** What an operator can mend is told in a sentence; only a fault of ours needs its stack. */
const expected = [InvalidSettings, InvalidPoolFile, StoreError, Refusal];

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(expected.some((kind) => error instanceof kind) ? (error as Error).message : error);
  process.exit(1);
});
