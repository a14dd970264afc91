#!/usr/bin/env node
/** The program: `foyer` runs the service, its commands work beside it. The only file that acts on import. */
import cluster from 'node:cluster';
import { existsSync } from 'node:fs';
import { StoreError } from '#adapters/errors.ts';
import { auditCommand } from './audit-command.ts';
import { backUp } from './back-up.ts';
import { Refusal } from './errors.ts';
import { CERTIFICATE_USAGE, certificateCommand, manageCertificates } from './manage-certificates.ts';
import { InvalidPoolFile } from './pool-file/read.ts';
import { restore } from './restore.ts';
import { rotatePoolKeys } from './rotate-pool-keys.ts';
import { serve } from './serve.ts';
import { InvalidSettings, loadSettings } from './settings/load.ts';
import type { ProcessSettings } from './settings/process.ts';
import { runWorkers } from './workers.ts';

type Command = (settings: ProcessSettings, parameter: string) => Promise<void>;

/** Commands with one parameter, by their names and what may stand behind it. */
const COMMANDS = new Map<string, Command>([
  ['rotate-keys', rotatePoolKeys],
  ['rotate-keys --at-once', (settings, poolId) => rotatePoolKeys(settings, poolId, { atOnce: true })],
  ['backup', backUp],
  ['restore', restore],
]);

const USAGE = [
  'foyer                          runs the service',
  'foyer rotate-keys <pool id>    new signing keys; --at-once ends the old ones and their tokens',
  'foyer backup <new folder>      copies the embedded stores, while Foyer runs',
  'foyer restore <folder>         puts such a copy in their place, while it does not',
  ...CERTIFICATE_USAGE,
];

async function main([name, ...parameters]: string[]): Promise<void> {
  // Databases, backups and certificates are for their owner alone, also in a folder that others may look into.
  process.umask(0o077);
  if (existsSync('.env')) process.loadEnvFile('.env');
  if (name === undefined) return run(loadSettings(process.env));
  const [first, ...more] = parameters;
  const named = [name, ...more].join(' ');
  const command = COMMANDS.get(named);
  if (command && first) {
    const settings = loadSettings(process.env);
    return auditCommand(settings, { operation: named, target: first }, () => command(settings, first));
  }
  const certificates = name === 'certificate' && certificateCommand(parameters);
  if (certificates) {
    const settings = loadSettings(process.env);
    const what = {
      operation: `certificate ${certificates.name}`,
      target: 'arn' in certificates ? certificates.arn : undefined,
    };
    return auditCommand(settings, what, () => manageCertificates(settings, certificates));
  }
  console.error(`Usage: ${USAGE.join('\n       ')}`);
  process.exitCode = 2;
}

function run(settings: ProcessSettings): Promise<void> {
  return settings.workers > 1 && cluster.isPrimary ? runWorkers(settings) : serve(settings);
}

/** What an operator can mend is told in a sentence; only a fault of ours needs its stack. */
const expected = [InvalidSettings, InvalidPoolFile, StoreError, Refusal];

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(expected.some((kind) => error instanceof kind) ? sentence(error as Error) : error);
  process.exit(1);
});

/** The store's own words say what to mend: the disk is full, nobody listens, the password is wrong. */
function sentence({ message, cause }: Error): string {
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}
