/**
 * Makes an authority and certificates that it signs, for development and tests: the only file that uses a library for
 * making certificates. Keys are made by Node's own cryptography.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import forge from 'node-forge';
import type { CertificatePair } from './certificate-pair.ts';

export interface Authority {
  /** PEM: what clients are told to trust. */
  certificate: string;
  /** A certificate for these hosts and addresses, with a key of its own. Times in milliseconds since the epoch. */
  issue(certificate: { names: string[]; validFrom: number; validTo: number }): CertificatePair;
}

const KEY_BITS = 2048;
const DNS_NAME = 2;
const IP_ADDRESS = 7;

/** @param validity milliseconds since the epoch. */
export function makeAuthority(name: string, validity: { validFrom: number; validTo: number }): Authority {
  const { publicKey, privateKey } = makeKeys();
  const subject = [{ name: 'commonName', value: name }];
  const own = certificateOf(publicKey, subject, validity);
  own.setIssuer(subject);
  own.setExtensions([
    { name: 'basicConstraints', critical: true, cA: true, pathLenConstraint: 0 },
    { name: 'keyUsage', critical: true, keyCertSign: true, cRLSign: true },
    { name: 'subjectKeyIdentifier' },
  ]);
  own.sign(privateKey, forge.md.sha256.create());

  return {
    certificate: forge.pki.certificateToPem(own),
    issue({ names, ...times }) {
      const keys = makeKeys();
      // Clients look at the alternative names alone; the common name is for people, and has at most 64 letters.
      const commonName = names[0]?.slice(0, 64) ?? name;
      const issued = certificateOf(keys.publicKey, [{ name: 'commonName', value: commonName }], times);
      issued.setIssuer(subject);
      issued.setExtensions([
        { name: 'basicConstraints', critical: true, cA: false },
        { name: 'keyUsage', critical: true, digitalSignature: true, keyEncipherment: true },
        { name: 'extKeyUsage', serverAuth: true },
        { name: 'subjectKeyIdentifier' },
        {
          name: 'authorityKeyIdentifier',
          keyIdentifier: own.generateSubjectKeyIdentifier().getBytes(),
        },
        {
          name: 'subjectAltName',
          altNames: names.map((host) =>
            isIP(host) ? { type: IP_ADDRESS, ip: host } : { type: DNS_NAME, value: host },
          ),
        },
      ]);
      issued.sign(privateKey, forge.md.sha256.create());
      return { chain: forge.pki.certificateToPem(issued), key: keys.pem };
    },
  };
}

function makeKeys() {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: KEY_BITS,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return {
    publicKey: forge.pki.publicKeyFromPem(publicKey) as forge.pki.rsa.PublicKey,
    privateKey: forge.pki.privateKeyFromPem(privateKey) as forge.pki.rsa.PrivateKey,
    pem: privateKey,
  };
}

function certificateOf(
  publicKey: forge.pki.rsa.PublicKey,
  subject: forge.pki.CertificateField[],
  { validFrom, validTo }: { validFrom: number; validTo: number },
): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = publicKey;
  // Positive, as RFC 5280 wants it: the first bit is not set.
  certificate.serialNumber = `01${randomBytes(15).toString('hex')}`;
  certificate.validity.notBefore = new Date(validFrom);
  certificate.validity.notAfter = new Date(validTo);
  certificate.setSubject(subject);
  return certificate;
}

/**
 * A certificate that vouches for itself and only carries a public key, with that key: partners that check signatures
 * of this server pin it, and no browser ever sees it.
 * @param name the common name, at most 64 characters.
 * @param validity milliseconds since the epoch.
 */
export function makeSigningPair(
  name: string,
  validity: { validFrom: number; validTo: number },
): CertificatePair {
  const { publicKey, privateKey, pem } = makeKeys();
  const subject = [{ name: 'commonName', value: name }];
  const certificate = certificateOf(publicKey, subject, validity);
  certificate.setIssuer(subject);
  certificate.setExtensions([
    { name: 'basicConstraints', critical: true, cA: false },
    { name: 'keyUsage', critical: true, digitalSignature: true },
    { name: 'subjectKeyIdentifier' },
  ]);
  certificate.sign(privateKey, forge.md.sha256.create());
  return { chain: forge.pki.certificateToPem(certificate), key: pem };
}
