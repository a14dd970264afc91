/**
 * A SAML 2.0 identity provider for tests, which signs with a key of its own and lies when it is told to. It is written
 * after the standard and shares no code with what it tests: documents are written in their canonical form at once
 * (Exclusive XML Canonicalization 1.0), so that a digest is that of the text.
 */
import {
  type CipherGCM,
  constants,
  createCipheriv,
  createHash,
  createSign,
  generateKeyPairSync,
  publicEncrypt,
  randomBytes,
  X509Certificate,
} from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import forge from 'node-forge';
import { fullName, person } from './people.ts';

const DS = 'http://www.w3.org/2000/09/xmldsig#';
const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
export const SUCCESS = 'urn:oasis:names:tc:SAML:2.0:status:Success';

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

export interface AskedBy {
  id: string;
  issuer: string;
  callbackUrl: string;
  destination: string;
  relayState: string;
  xml: string;
}

/** What an AuthnRequest or LogoutRequest in an address asks. */
export function readRequest(redirect: string): AskedBy {
  const { searchParams } = new URL(redirect);
  const xml = inflateRawSync(Buffer.from(searchParams.get('SAMLRequest') ?? '', 'base64')).toString();
  const attribute = (name: string) => new RegExp(` ${name}="([^"]*)"`).exec(xml)?.[1] ?? '';
  return {
    id: attribute('ID'),
    issuer: /<saml2:Issuer[^>]*>([^<]*)</.exec(xml)?.[1] ?? '',
    callbackUrl: attribute('AssertionConsumerServiceURL'),
    destination: attribute('Destination'),
    relayState: searchParams.get('RelayState') ?? '',
    xml,
  };
}

/** What is said, where it is not the truth. `undefined` leaves it out. */
export interface Lies {
  issuer?: string;
  responseIssuer?: string | undefined;
  audience?: string;
  conditions?: string;
  recipient?: string;
  destination?: string | undefined;
  inResponseTo?: string | undefined;
  confirmedInResponseTo?: string | undefined;
  method?: string;
  notBefore?: number;
  notOnOrAfter?: number;
  confirmedUntil?: number;
  nameId?: string;
  subject?: string;
  status?: string;
  statements?: string;
  attributes?: string;
  assertionId?: string;
  /** Which of the two is signed; the assertion otherwise. */
  signed?: 'assertion' | 'response' | 'both' | 'neither';
  signing?: SigningOptions;
  /** Changes what is about to be sent. */
  tamper?(response: string): string;
}

export interface SamlIdentityProvider {
  entityId: string;
  keys: Keys;
  metadata(options?: {
    certificates?: string[];
    attributes?: string;
    signOn?: string;
    logout?: string;
  }): string;
  assertion(who: string, asked: AskedBy, lies?: Lies): string;
  response(assertion: string, asked: AskedBy, lies?: Lies): string;
  /** What the browser posts, for a person who signed in here. */
  answer(who: string, asked: AskedBy, lies?: Lies): { SAMLResponse: string; RelayState: string };
}

const newId = () => `_${randomBytes(16).toString('hex')}`;
const maybe = (name: string, value: string | undefined) => (value === undefined ? '' : ` ${name}="${value}"`);
export const base64 = (xml: string) => Buffer.from(xml).toString('base64');

/** @param now milliseconds, as its clock shows it. */
export function samlIdentityProvider(
  entityId: string,
  now: () => number,
  keys: Keys = makeKeys(),
): SamlIdentityProvider {
  const at = (difference: number) => new Date(now() + difference).toISOString();
  const told = <T>(lies: Lies, name: keyof Lies, truth: T) => (name in lies ? (lies[name] as T) : truth);

  function assertion(who: string, asked: AskedBy, lies: Lies = {}): string {
    const { id, email } = person(who);
    const inResponseTo = told<string | undefined>(
      lies,
      'confirmedInResponseTo',
      told(lies, 'inResponseTo', asked.id),
    );
    const until = at(lies.confirmedUntil ?? 300_000);
    const data =
      `<saml:SubjectConfirmationData${maybe('InResponseTo', inResponseTo)} NotOnOrAfter="${until}"` +
      ` Recipient="${lies.recipient ?? asked.callbackUrl}"></saml:SubjectConfirmationData>`;
    const method = lies.method ?? 'urn:oasis:names:tc:SAML:2.0:cm:bearer';
    const subject =
      `<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"` +
      ` SPNameQualifier="${asked.issuer}">${lies.nameId ?? id}</saml:NameID>` +
      `<saml:SubjectConfirmation Method="${method}">${data}</saml:SubjectConfirmation></saml:Subject>`;
    const audience = `<saml:AudienceRestriction><saml:Audience>${lies.audience ?? asked.issuer}</saml:Audience></saml:AudienceRestriction>`;
    const attribute = (name: string, ...values: string[]) =>
      `<saml:Attribute Name="${name}">${values.map((value) => `<saml:AttributeValue>${value}</saml:AttributeValue>`).join('')}</saml:Attribute>`;
    const attributes =
      attribute('http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress', email) +
      attribute('displayName', fullName(person(who))) +
      attribute('groups', 'staff', 'night &amp; day');
    return (
      `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${lies.assertionId ?? newId()}" IssueInstant="${at(0)}" Version="2.0">` +
      `<saml:Issuer>${lies.issuer ?? entityId}</saml:Issuer>${lies.subject ?? subject}` +
      (lies.conditions ??
        `<saml:Conditions NotBefore="${at(lies.notBefore ?? -60_000)}" NotOnOrAfter="${at(lies.notOnOrAfter ?? 300_000)}">${audience}</saml:Conditions>`) +
      (lies.statements ??
        `<saml:AuthnStatement AuthnInstant="${at(0)}" SessionIndex="session-${id}"></saml:AuthnStatement>`) +
      `<saml:AttributeStatement>${lies.attributes ?? attributes}</saml:AttributeStatement></saml:Assertion>`
    );
  }

  function response(inside: string, asked: AskedBy, lies: Lies = {}): string {
    const issuer = told<string | undefined>(lies, 'responseIssuer', lies.issuer ?? entityId);
    return (
      `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"` +
      maybe('Destination', told(lies, 'destination', asked.callbackUrl)) +
      ` ID="${newId()}"${maybe('InResponseTo', told(lies, 'inResponseTo', asked.id))} IssueInstant="${at(0)}" Version="2.0">` +
      (issuer === undefined
        ? ''
        : `<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${issuer}</saml:Issuer>`) +
      `<samlp:Status><samlp:StatusCode Value="${lies.status ?? SUCCESS}"></samlp:StatusCode></samlp:Status>${inside}</samlp:Response>`
    );
  }

  function answer(who: string, asked: AskedBy, lies: Lies = {}) {
    const signed = lies.signed ?? 'assertion';
    const sign = (element: string) => enveloped(element, signatureOf(element, keys, lies.signing));
    const bare = assertion(who, asked, lies);
    const whole = response(signed === 'assertion' || signed === 'both' ? sign(bare) : bare, asked, lies);
    const sent = signed === 'response' || signed === 'both' ? sign(whole) : whole;
    return { SAMLResponse: base64(lies.tamper?.(sent) ?? sent), RelayState: asked.relayState };
  }

  return {
    entityId,
    keys,
    assertion,
    response,
    answer,
    metadata({ certificates = [keys.certificate], attributes = '', signOn, logout } = {}) {
      const service = (name: string, location: string) =>
        `<md:${name} Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${location}"/>`;
      return `<?xml version="1.0" encoding="UTF-8"?>
<!-- as people keep it -->
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="${DS}" entityID="${entityId}"${attributes}>
  <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
${certificates.map((certificate) => `    <md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`).join('\n')}
    ${logout === '' ? '' : service('SingleLogoutService', logout ?? 'https://idp.example.com/slo')}
    ${service('SingleSignOnService', signOn ?? 'https://idp.example.com/sso?tenant=a')}
  </md:IDPSSODescriptor>
</md:EntityDescriptor>
`;
    },
  };
}
