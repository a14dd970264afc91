/** Assertions that only the owner of a certificate can read, as providers of the tests send them. */
import {
  type CipherGCM,
  constants,
  createCipheriv,
  publicEncrypt,
  randomBytes,
  X509Certificate,
} from 'node:crypto';
import { DS } from './saml-signature.ts';

const XENC = 'http://www.w3.org/2001/04/xmlenc#';

export interface EncryptionOptions {
  content?: string;
  transport?: string;
  /** Comes where the content is, as an attacker would change it. */
  cipher?(value: Buffer): Buffer;
}

/** An assertion that only the owner of the certificate can read (XML Encryption 1.1). */
export function encryptedFor(certificate: string, xml: string, options: EncryptionOptions = {}): string {
  const { content = 'http://www.w3.org/2009/xmlenc11#aes256-gcm', transport = `${XENC}rsa-oaep-mgf1p` } =
    options;
  const [, bits = '256', mode = 'gcm'] = /aes(\d+)-(gcm|cbc)$/.exec(content) ?? [];
  const key = randomBytes(Number(bits) / 8);
  const iv = randomBytes(mode === 'gcm' ? 12 : 16);
  const cipher = createCipheriv(`aes-${bits}-${mode}`, key, iv);
  const parts = [iv, cipher.update(xml, 'utf8'), cipher.final()];
  if (mode === 'gcm') parts.push((cipher as CipherGCM).getAuthTag());
  const padding = transport.endsWith('1_5') ? constants.RSA_PKCS1_PADDING : constants.RSA_PKCS1_OAEP_PADDING;
  const { publicKey } = new X509Certificate(Buffer.from(certificate, 'base64'));
  const wrapped = publicEncrypt({ key: publicKey, padding, oaepHash: 'sha1' }, key);
  const whole = Buffer.concat(parts);
  const value = (bytes: Buffer) =>
    `<xenc:CipherData><xenc:CipherValue>${bytes.toString('base64')}</xenc:CipherValue></xenc:CipherData>`;
  const method = (uri: string) => `<xenc:EncryptionMethod Algorithm="${uri}"></xenc:EncryptionMethod>`;
  return (
    `<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"><xenc:EncryptedData xmlns:xenc="${XENC}" Type="${XENC}Element">` +
    `${method(content)}<ds:KeyInfo xmlns:ds="${DS}"><xenc:EncryptedKey>${method(transport)}${value(wrapped)}</xenc:EncryptedKey></ds:KeyInfo>` +
    `${value(options.cipher?.(whole) ?? whole)}</xenc:EncryptedData></saml:EncryptedAssertion>`
  );
}
