/**
 * A SAML 2.0 identity provider for tests, which signs with a key of its own and lies when it is told to. It is written
 * after the standard and shares no code with what it tests: documents are written in their canonical form at once
 * (Exclusive XML Canonicalization 1.0), so that a digest is that of the text.
 */
import { randomBytes } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import { fullName, person } from './people.ts';
import { DS, enveloped, type Keys, makeKeys, type SigningOptions, signatureOf } from './saml-signature.ts';

const SUCCESS = 'urn:oasis:names:tc:SAML:2.0:status:Success';

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
