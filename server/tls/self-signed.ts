/**
 * The certificate that development makes for itself. The authority's key is never written: it signs this one
 * certificate and is gone, so that whoever trusts the authority trusts nothing else, whatever becomes of the files.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeAuthority } from './authority.ts';
import type { CertificateFiles } from './certificate-files.ts';
import { checkPair } from './certificate-pair.ts';

const DAY_MS = 24 * 3_600_000;
/** Some systems refuse longer ones, also from an authority that the user trusts. */
const VALID_MS = 800 * DAY_MS;
/** With less than this left a start makes another. */
const RENEWED_BEFORE_MS = 30 * DAY_MS;

export interface SelfSignedFiles extends CertificateFiles {
  /** The path of what clients are told to trust. */
  authority: string;
}

/**
 * The files in the data folder: those of an earlier start while they are good, else new ones.
 * @param names hosts and addresses; `*.example.test` for all hosts one label below.
 */
export function selfSignedFiles(dataFolder: string, names: string[], now: number): SelfSignedFiles {
  const folder = join(dataFolder, 'tls');
  const files = {
    certificate: join(folder, 'certificate.pem'),
    key: join(folder, 'key.pem'),
    authority: join(folder, 'authority.pem'),
  };
  if (isGood(files, names, now)) return files;

  const id = randomBytes(4).toString('hex');
  const validity = { validFrom: now - DAY_MS, validTo: now + VALID_MS };
  const authority = makeAuthority(`Foyer development ${id}`, validity);
  const pair = authority.issue({ names, ...validity });
  // Built aside and put in place whole: of two processes that start at once, one may find its work thrown away, but
  // no certificate ever lies beside the key of another.
  const draft = `${folder}.${id}`;
  mkdirSync(draft, { recursive: true, mode: 0o700 });
  writeFileSync(join(draft, 'key.pem'), pair.key, { mode: 0o600 });
  writeFileSync(join(draft, 'certificate.pem'), pair.chain);
  writeFileSync(join(draft, 'authority.pem'), authority.certificate);
  rmSync(folder, { recursive: true, force: true });
  try {
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!isGood(files, names, now)) throw error;
  }
  return files;
}

function isGood(files: SelfSignedFiles, names: string[], now: number): boolean {
  try {
    const pair = { chain: readFileSync(files.certificate, 'utf8'), key: readFileSync(files.key, 'utf8') };
    readFileSync(files.authority);
    const facts = checkPair(pair, now + RENEWED_BEFORE_MS);
    return names.every((name) => facts.names.includes(name) || facts.covers(name));
  } catch {
    // Whatever is wrong with files of our own making, new ones mend it.
    return false;
  }
}
