/**
 * Certificates: reading and checking a pair, choosing the one that a client asks for, listening with them.
 * Its neighbours: `configuration` keeps those that operators bring and names them by domain, `serve.ts` listens.
 * It never puts key material into a log or an error, and it never decides which pool answers a request: that is the
 * Host header's work, in `pools`.
 */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { createSecureContext } from 'node:tls';

/** A certificate with its private key, both PEM. */
export interface CertificatePair {
  /** The certificate of the hosts first, then those that vouch for it. */
  chain: string;
  /** Not encrypted. */
  key: string;
}

/** What a certificate says of itself. */
export interface CertificateFacts {
  /** Hosts and addresses that it is for, wildcards as they stand: `*.example.com`. */
  names: string[];
  /** Milliseconds since the epoch. */
  validFrom: number;
  validTo: number;
  /** Whether browsers accept it for the host. */
  covers(host: string): boolean;
}

/** The certificate or its key cannot be used. The message is a sentence without a subject: `has expired ...`. */
export class UnusableCertificate extends Error {
  override name = 'UnusableCertificate';
}

/** An honest chain has two to four; more, or longer text, is some other file. */
const MOST_CERTIFICATES = 10;
const LONGEST_TEXT = 100_000;

/** Extended key usage: TLS server (RFC 5280, 4.2.1.12), and any. */
const SERVER_USES = ['1.3.6.1.5.5.7.3.1', '2.5.29.37.0'];

/** @throws UnusableCertificate when the text is no chain of certificates in which each vouches for the one before. */
export function readChain(chain: string): CertificateFacts {
  const [own, ...others] = certificatesIn(chain);
  if (!own) throw new UnusableCertificate('holds no certificate in PEM form');
  let issued = own;
  for (const [index, issuer] of others.entries()) {
    if (!issued.checkIssued(issuer) || !issued.verify(issuer.publicKey))
      throw new UnusableCertificate(
        `is out of order: certificate ${index + 2} did not issue certificate ${index + 1}; the one of the hosts comes first`,
      );
    issued = issuer;
  }
  return {
    names: namesOf(own),
    validFrom: own.validFromDate.getTime(),
    validTo: own.validToDate.getTime(),
    covers: (host) =>
      (isIP(host)
        ? own.checkIP(host)
        : own.checkHost(host, { subject: 'never', partialWildcards: false })) !== undefined,
  };
}

/**
 * Whether a server can use the pair at this time.
 * @throws UnusableCertificate for a chain or key that cannot be read, a key of another certificate, a certificate
 * that is not valid yet or any more, that names no host, or that TLS libraries refuse.
 */
export function checkPair({ chain, key }: CertificatePair, now: number): CertificateFacts {
  const facts = readChain(chain);
  const privateKey = readKey(key);
  const [own] = certificatesIn(chain);
  if (!own?.checkPrivateKey(privateKey)) throw new UnusableCertificate('does not fit its key');
  checkTime(facts, now);
  if (facts.names.length === 0) throw new UnusableCertificate('names no host (subject alternative name)');
  if (own.keyUsage && !own.keyUsage.some((use) => SERVER_USES.includes(use)))
    throw new UnusableCertificate('is not for servers (extended key usage)');
  try {
    createSecureContext({ cert: chain, key });
  } catch (error) {
    const { code = 'unknown reason' } = error as NodeJS.ErrnoException;
    throw new UnusableCertificate(`cannot be used for TLS (${code})`);
  }
  return facts;
}

/** @throws UnusableCertificate when the certificate is not valid yet, or not any more. */
export function checkTime({ validFrom, validTo }: CertificateFacts, now: number): void {
  if (now >= validTo) throw new UnusableCertificate(`has expired on ${day(validTo)}`);
  // A clock that is a little behind the issuer's must not refuse a certificate of this minute.
  if (now < validFrom - CLOCK_DIFFERENCE_MS)
    throw new UnusableCertificate(`is not valid before ${day(validFrom)}`);
}

const CLOCK_DIFFERENCE_MS = 5 * 60_000;

const day = (at: number): string => new Date(at).toISOString().slice(0, 10);

function certificatesIn(chain: string): X509Certificate[] {
  if (chain.length > LONGEST_TEXT) throw new UnusableCertificate('is too long to be a chain of certificates');
  const blocks = chain.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length > MOST_CERTIFICATES)
    throw new UnusableCertificate(`holds more than ${MOST_CERTIFICATES} certificates`);
  return blocks.map((block, index) => {
    try {
      return new X509Certificate(block);
    } catch {
      throw new UnusableCertificate(`cannot be read (certificate ${index + 1} of the chain)`);
    }
  });
}

function readKey(key: string): KeyObject {
  if (/^-----BEGIN ENCRYPTED|^Proc-Type: 4,ENCRYPTED/m.test(key))
    throw new UnusableCertificate('has a key that is protected by a passphrase: store the key without one');
  try {
    return createPrivateKey(key);
  } catch {
    throw new UnusableCertificate('has a key that cannot be read: it must be a private key in PEM form');
  }
}

/** `DNS:a.example, IP Address:127.0.0.1` as Node writes it. */
function namesOf(certificate: X509Certificate): string[] {
  return (certificate.subjectAltName ?? '')
    .split(', ')
    .map((entry) => /^(?:DNS|IP Address):([^"]+)$/.exec(entry)?.[1] ?? '')
    .filter(Boolean);
}
