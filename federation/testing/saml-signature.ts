/** Keys, and signatures of XML as providers of the tests make them: of text that is in canonical form already. */
import { createHash, createSign, generateKeyPairSync } from 'node:crypto';
import forge from 'node-forge';

export const DS = 'http://www.w3.org/2000/09/xmldsig#';
const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';

export interface Keys {
  privateKey: string;
  /** Base64 of DER. */
  certificate: string;
}

export function makeKeys(bits = 2048): Keys {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: bits,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
  certificate.serialNumber = '01';
  certificate.validity.notAfter = new Date(Date.UTC(2099, 0));
  certificate.setSubject([{ name: 'commonName', value: 'idp' }]);
  certificate.setIssuer([{ name: 'commonName', value: 'idp' }]);
  certificate.sign(forge.pki.privateKeyFromPem(privateKey), forge.md.sha256.create());
  const pem = forge.pki.certificateToPem(certificate);
  return { privateKey, certificate: pem.replaceAll(/-----[A-Z ]+-----|\s/g, '') };
}

export interface SigningOptions {
  keys?: Keys;
  /** Of the reference; the ID of the element otherwise. */
  uri?: string;
  digest?: string;
  method?: string;
  canonicalization?: string;
  transforms?: string[];
  /** What is signed in truth, where that is not the element. */
  over?: string;
  keyInfo?: string;
  /** Comes after everything else inside Signature. */
  object?: string;
  /** Takes the place of the SignatureValue. */
  value?: string;
}

/** The signature of an element in canonical form, as text. */
export function signatureOf(element: string, keys: Keys, options: SigningOptions = {}): string {
  const { digest = 'http://www.w3.org/2001/04/xmlenc#sha256' } = options;
  const { method = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256' } = options;
  const hash = (uri: string) => /sha(1|256|512)$/.exec(uri)?.[0] ?? 'sha256';
  const id = / ID="([^"]*)"/.exec(element)?.[1];
  const digested = createHash(hash(digest))
    .update(options.over ?? element)
    .digest('base64');
  const transforms = options.transforms ?? [`${DS}enveloped-signature`, EXCLUSIVE];
  const inside =
    `<ds:CanonicalizationMethod Algorithm="${options.canonicalization ?? EXCLUSIVE}"></ds:CanonicalizationMethod>` +
    `<ds:SignatureMethod Algorithm="${method}"></ds:SignatureMethod>` +
    `<ds:Reference URI="${options.uri ?? `#${id}`}"><ds:Transforms>` +
    transforms.map((uri) => `<ds:Transform Algorithm="${uri}"></ds:Transform>`).join('') +
    `</ds:Transforms><ds:DigestMethod Algorithm="${digest}"></ds:DigestMethod>` +
    `<ds:DigestValue>${digested}</ds:DigestValue></ds:Reference>`;
  const signed = `<ds:SignedInfo xmlns:ds="${DS}">${inside}</ds:SignedInfo>`;
  const { privateKey } = options.keys ?? keys;
  const value = options.value ?? createSign(hash(method)).update(signed).sign(privateKey, 'base64');
  return (
    `<ds:Signature xmlns:ds="${DS}"><ds:SignedInfo>${inside}</ds:SignedInfo>` +
    `<ds:SignatureValue>${value}</ds:SignatureValue>${options.keyInfo ?? ''}${options.object ?? ''}</ds:Signature>`
  );
}

/** The element with its signature where it belongs, after the issuer. */
export const enveloped = (element: string, signature: string) =>
  element.replace('</saml:Issuer>', () => `</saml:Issuer>${signature}`);
