/**
 * The host name that a client asks for (SNI) -> the certificate of the custom domain with that name. Found certificates
 * are kept until the directory tells of a change; a name that nobody owns is remembered for a second, so that guessing
 * costs the store little.
 */
import { createSecureContext, type SecureContext } from 'node:tls';
import type { DirectoryStores } from '#adapters/directory/store.ts';
import { INSTALLATION } from '#adapters/directory/store.ts';
import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import type { ProcessSettings } from '../settings/process.ts';
import type { Vault } from '../vault.ts';
import { openCertificateKey } from './certificate-key.ts';
import { TLS_OPTIONS } from './tls-options.ts';

export interface HostCertificates {
  /**
   * Undefined for a host that is no custom domain: the process's own certificate answers. While the store is away,
   * what was last found; throws for a host that was never asked for.
   */
  contextFor(host: string): Promise<SecureContext | undefined>;
  /** The records of this pool, or of the installation, were changed. */
  changed(owner: string): void;
}

interface Parts {
  directory: DirectoryStores;
  vault: Vault;
  clock: Clock;
  log: Logger;
  settings: Pick<ProcessSettings, 'publicUrl' | 'domainSuffix'>;
}

interface Found {
  pool?: string;
  context?: SecureContext;
}

interface Known {
  found: Promise<Found>;
  pool?: string;
  /** Milliseconds since the epoch. */
  until: number;
}

const UNKNOWN_MS = 1000;
/** More names than this are forgotten at once: whoever asks for so many is guessing. */
const MOST_NAMES = 10_000;

export function openHostCertificates(parts: Parts): HostCertificates {
  const { clock, log, settings } = parts;
  const known = new Map<string, Known>();
  /** What a host last had, for as long as the store does not answer. */
  const lastGood = new Map<string, SecureContext>();

  function look(host: string): Promise<Found> {
    const seen = known.get(host);
    if (seen && seen.until > clock.now()) return seen.found;
    if (known.size >= MOST_NAMES) known.clear();
    const entry: Known = { found: find(parts, host), until: Number.POSITIVE_INFINITY };
    known.set(host, entry);
    entry.found.then(
      ({ pool }) => {
        entry.pool = pool;
        if (!pool) entry.until = clock.now() + UNKNOWN_MS;
      },
      // The next client asks again.
      () => known.get(host) === entry && known.delete(host),
    );
    return entry.found;
  }

  return {
    changed(owner) {
      // One that is on its way has no pool yet, and may have read what was there before the change.
      for (const [host, { pool }] of known)
        if (!pool || pool === owner || owner === INSTALLATION) known.delete(host);
    },

    async contextFor(asked) {
      const host = asked.toLowerCase();
      if (!mayBeCustomDomain(host, settings)) return undefined;
      try {
        const { context } = await look(host);
        if (context) lastGood.set(host, context);
        else lastGood.delete(host);
        return context;
      } catch (error) {
        log.warn({ err: error, host }, 'could not look up the certificate of a host');
        const context = lastGood.get(host);
        if (!context) throw error;
        return context;
      }
    },
  };
}

/** Throws Unavailable. */
async function find({ directory, vault, log }: Parts, host: string): Promise<Found> {
  const domain = await directory.find('domain', host);
  if (!domain) return {};
  const { pool, record } = domain;
  const arn = record.certificateArn;
  const certificate = arn && (await directory.installation.find('certificate', arn));
  if (!certificate) return { pool };
  try {
    const { chain } = certificate.record;
    const key = openCertificateKey(vault, certificate);
    return { pool, context: createSecureContext({ ...TLS_OPTIONS, cert: chain, key }) };
  } catch (error) {
    // Asking again would not help; the other hosts must not suffer, and this one answers with a wrong certificate.
    log.error({ err: error, certificate: arn, host }, 'a stored certificate cannot be used');
    return { pool };
  }
}

function mayBeCustomDomain(host: string, { publicUrl, domainSuffix }: Parts['settings']): boolean {
  if (!/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(host) || host.length > 63) return false;
  return host !== new URL(publicUrl).hostname && !(domainSuffix && `.${host}`.endsWith(`.${domainSuffix}`));
}
