/**
 * TLS of a process's own: its certificate from files or, in development, one that it makes; the certificates of custom
 * domains by the host name that a client asks for; both renewed while it runs, without a connection lost.
 */
import type { RequestListener, ServerOptions } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { DirectoryStores } from '#adapters/directory/store.ts';
import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import { InvalidSettings } from '../settings/load.ts';
import type { ProcessSettings } from '../settings/process.ts';
import type { Vault } from '../vault.ts';
import {
  type CertificateFiles,
  type WatchedCertificate,
  watchCertificateFiles,
} from './certificate-files.ts';
import { readChain, UnusableCertificate } from './certificate-pair.ts';
import { warnOfExpiry } from './expiry.ts';
import { openHostCertificates } from './host-certificates.ts';
import { TLS_OPTIONS } from './tls-options.ts';

export interface Tls {
  /** A server that is not listening yet. Made once. */
  createServer(handler: RequestListener, options: ServerOptions): Server;
  /** The records of this pool, or of the installation, were changed. */
  changed(owner: string): void;
  /** The path of what clients are to trust, when the certificate was made here. */
  authority?: string;
  close(): void;
}

export interface TlsParts {
  settings: Pick<ProcessSettings, 'tls' | 'publicUrl' | 'domainSuffix' | 'region' | 'dataFolder'>;
  directory: DirectoryStores;
  vault: Vault;
  clock: Clock;
  log: Logger;
}

/** A client that does not finish its greeting holds a connection no longer than this. */
const HANDSHAKE_MS = 10_000;
const DAY_MS = 24 * 3_600_000;

/** Undefined when the settings ask for none. @throws InvalidSettings when the certificate cannot be used. */
export async function openTls(parts: TlsParts): Promise<Tls | undefined> {
  const { settings, log } = parts;
  if (!settings.tls) return undefined;
  const files: CertificateFiles & { authority?: string } =
    settings.tls === 'self-signed' ? await ownFiles(parts) : settings.tls;
  let server: Server | undefined;
  const watch = watchFromStart(files, parts, (renewed) => {
    pair = renewed;
    server?.setSecureContext({ ...TLS_OPTIONS, cert: pair.chain, key: pair.key });
    warn();
  });
  let { pair } = watch;
  const hosts = openHostCertificates(parts);

  const warn = () => warnOfExpiry(parts, { name: files.certificate, chain: pair.chain });
  const daily = setInterval(warn, DAY_MS);
  daily.unref();
  warn();
  const { hostname } = new URL(settings.publicUrl);
  if (!readChain(pair.chain).covers(hostname.replace(/^\[|\]$/g, '')))
    log.warn({ certificate: files.certificate, host: hostname }, 'the certificate is not for the public URL');

  return {
    authority: files.authority,
    changed: hosts.changed,

    createServer(handler, http) {
      const options = {
        ...http,
        ...TLS_OPTIONS,
        cert: pair.chain,
        key: pair.key,
        handshakeTimeout: HANDSHAKE_MS,
      };
      server = createServer(
        {
          ...options,
          SNICallback: (host, answer) => {
            hosts.contextFor(host).then((context) => answer(null, context), answer);
          },
        },
        handler,
      );
      return server;
    },

    close() {
      clearInterval(daily);
      watch.stop();
    },
  };
}

function watchFromStart(
  ...[files, parts, changed]: Parameters<typeof watchCertificateFiles>
): WatchedCertificate {
  try {
    return watchCertificateFiles(files, parts, changed);
  } catch (error) {
    if (error instanceof UnusableCertificate)
      throw new InvalidSettings([`FOYER_TLS_CERTIFICATE and FOYER_TLS_KEY: ${error.message}`]);
    throw error;
  }
}

/** The library that makes certificates is loaded only where one is made. */
async function ownFiles({ settings, clock }: TlsParts) {
  const { selfSignedFiles } = await import('./self-signed.ts');
  const { publicUrl, domainSuffix, region, dataFolder } = settings;
  const host = new URL(publicUrl).hostname.replace(/^\[|\]$/g, '');
  const pools = domainSuffix ? [`*.auth.${region}.${domainSuffix}`] : [];
  const names = new Set([host, ...pools, 'localhost', '127.0.0.1', '::1']);
  return selfSignedFiles(dataFolder, [...names], clock.now());
}
