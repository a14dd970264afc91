/**
 * A certificate and its key in two files, read at start and again whenever they change: whoever renews them only
 * replaces the files. Changes are found by asking: notices of the file system are lost on network and container mounts.
 */
import { readFileSync, statSync } from 'node:fs';
import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import { type CertificatePair, checkPair, UnusableCertificate } from './certificate-pair.ts';

export interface CertificateFiles {
  /** Paths. */
  certificate: string;
  key: string;
}

/** @throws UnusableCertificate whose message names the file and says what is wrong with it. */
export function readCertificateFiles(files: CertificateFiles, now: number): CertificatePair {
  const pair = { chain: readText(files.certificate), key: readText(files.key) };
  try {
    checkPair(pair, now);
    return pair;
  } catch (error) {
    if (!(error instanceof UnusableCertificate)) throw error;
    throw new UnusableCertificate(
      `The certificate ${files.certificate} with the key ${files.key} ${error.message}.`,
    );
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UnusableCertificate(`${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

const EVERY_MS = 2000;

export interface WatchedCertificate {
  /** What the files held at first. */
  pair: CertificatePair;
  look(): void;
  stop(): void;
}

/**
 * Reads the pair, and tells of each usable one that replaces it. A later pair that cannot be used is logged once and
 * tried again, since one file is replaced before the other; until then the old pair stays.
 *
 * @throws UnusableCertificate when the first pair cannot be used.
 */
export function watchCertificateFiles(
  files: CertificateFiles,
  { clock, log }: { clock: Clock; log: Logger },
  changed: (pair: CertificatePair) => void,
): WatchedCertificate {
  // Before the files are read: one that is replaced in between is read again, where it would otherwise never be.
  let used = stampOf(files);
  const pair = readCertificateFiles(files, clock.now());
  let complainedOf: string | undefined;

  function look(): void {
    const stamp = stampOf(files);
    if (stamp === used) return;
    try {
      changed(readCertificateFiles(files, clock.now()));
      used = stamp;
      log.info({ certificate: files.certificate }, 'the certificate was replaced');
    } catch (error) {
      if (stamp === complainedOf) return;
      complainedOf = stamp;
      log.error({ err: error }, 'the new certificate cannot be used: the old one stays');
    }
  }

  const timer = setInterval(look, EVERY_MS);
  timer.unref();
  return { pair, look, stop: () => clearInterval(timer) };
}

/** Another one after every replacement, also when a link is pointed elsewhere, as container mounts do. */
function stampOf({ certificate, key }: CertificateFiles): string {
  return [certificate, key]
    .map((path) => {
      const file = statSync(path, { throwIfNoEntry: false, bigint: true });
      return file ? `${file.ino}:${file.mtimeNs}:${file.size}` : 'none';
    })
    .join(' ');
}
