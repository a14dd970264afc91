/** `foyer certificate`: the certificates of custom domains, brought, listed and removed beside the processes that run. */
import { readFileSync } from 'node:fs';
import { openStores, type Stores } from '#adapters/open.ts';
import { systemClock } from './clock.ts';
import { listCertificates } from './configuration/list-certificates.ts';
import { putCertificate } from './configuration/put-certificate.ts';
import { removeCertificate } from './configuration/remove-certificate.ts';
import { invalidParameter } from './errors.ts';
import type { ProcessSettings } from './settings/process.ts';
import { openVault } from './vault.ts';

type Command =
  | { name: 'put'; chain: string; key: string; arn?: string }
  | { name: 'list' }
  | { name: 'remove'; arn: string };

export const CERTIFICATE_USAGE = [
  'foyer certificate put <chain.pem> <key.pem> [--arn <arn>]',
  'foyer certificate list',
  'foyer certificate remove <arn>',
];

/** What is asked for, or undefined when it cannot be understood. */
export function certificateCommand(parameters: string[]): Command | undefined {
  const [name, first, second, option, arn, ...more] = parameters;
  if (name === 'list' && !first) return { name };
  if (name === 'remove' && first && !second) return { name, arn: first };
  if (name !== 'put' || !first || !second || more.length > 0) return undefined;
  if (option === undefined) return { name, chain: first, key: second };
  return option === '--arn' && arn ? { name, chain: first, key: second, arn } : undefined;
}

/** Throws Refusal with a sentence for the operator. */
export async function manageCertificates(settings: ProcessSettings, command: Command): Promise<void> {
  const stores = await openStores({ ...settings, clock: systemClock });
  try {
    if (command.name === 'list') await list(stores);
    else if (command.name === 'remove') await remove(stores, command.arn);
    else await put(stores, settings, command);
  } finally {
    await stores.close();
  }
}

async function put(
  { directory }: Stores,
  settings: ProcessSettings,
  { chain, key, arn }: Extract<Command, { name: 'put' }>,
): Promise<void> {
  const service = { directory, vault: openVault(settings.masterSecret), clock: systemClock, settings };
  const done = await putCertificate(service, { chain: read(chain), key: read(key), arn });
  say(
    done.renewed
      ? `Renewed: every process serves it within two seconds.\n${done.arn}`
      : `Kept. Give this ARN to CreateUserPoolDomain or UpdateUserPoolDomain:\n${done.arn}`,
  );
}

async function list({ directory }: Stores): Promise<void> {
  for (const { arn, names, validTo, domains } of await listCertificates(directory)) {
    const until = new Date(validTo).toISOString().slice(0, 10);
    say(`${arn}\n  until ${until}  for ${names.join(', ')}  used by ${domains.join(', ') || 'no domain'}`);
  }
}

async function remove({ directory }: Stores, arn: string): Promise<void> {
  await removeCertificate(directory, arn);
  say(`Removed ${arn}`);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw invalidParameter(`${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

const say = (text: string) => process.stdout.write(`${text}\n`);
