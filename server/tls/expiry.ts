import type { DirectoryStores } from '#adapters/directory/store.ts';
import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import { readChain } from './certificate-pair.ts';

const DAY_MS = 24 * 3_600_000;
/** Certificates of ninety days are renewed a month before their end: with less left, something does not work. */
const WARNED_BEFORE_MS = 30 * DAY_MS;
/** Far more than an installation may have. */
const ALL = 1000;

/** Warns of every certificate that ends soon: the process's own, and those that domains are named by. Never throws. */
export async function warnOfExpiry(
  { directory, clock, log }: { directory: Pick<DirectoryStores, 'installation'>; clock: Clock; log: Logger },
  own: { name: string; chain: string },
): Promise<void> {
  tell(own.name, own.chain);
  try {
    const { items } = await directory.installation.list('certificate', { limit: ALL });
    for (const { id, record } of items) tell(id, record.chain);
  } catch (error) {
    log.warn({ err: error }, 'could not look for certificates that end soon');
  }

  function tell(certificate: string, chain: string): void {
    const { validTo } = readChain(chain);
    const left = validTo - clock.now();
    if (left > WARNED_BEFORE_MS) return;
    const days = Math.max(0, Math.floor(left / DAY_MS));
    const line = { certificate, validTo: new Date(validTo).toISOString(), days };
    if (left > 0) log.warn(line, 'a certificate ends soon');
    else log.error(line, 'a certificate has expired');
  }
}
