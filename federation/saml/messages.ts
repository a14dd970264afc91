/** What we send: small documents, for which no builder is needed, each value escaped where it is put in. */
import { createPrivateKey, randomBytes, sign } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { POST, SAML, SAMLP } from './elements.ts';

/** Names us to every provider, whatever becomes of the domain (FED-05). */
export const entityIdOf = (poolId: string) => `urn:amazon:cognito:sp:${poolId}`;

/** An xs:ID of 160 random bits. */
export const newId = () => `_${randomBytes(20).toString('hex')}`;

/** As it stands in text and in attributes. */
export const escaped = (text: string) =>
  text.replaceAll(/[&<>"'\t\n\r]/g, (character) => `&#${character.codePointAt(0)};`);

/** A template whose values are escaped. */
const xml = (parts: TemplateStringsArray, ...values: string[]) =>
  parts.map((part, index) => part + escaped(values[index] ?? '')).join('');

interface Request {
  id: string;
  poolId: string;
  /** The address that it is sent to. */
  destination: string;
  /** Milliseconds since the epoch. */
  now: number;
}

const instant = (at: number) => new Date(at).toISOString();

/** Asks who a person is. No NameIDPolicy: some providers refuse formats that they have not heard of. */
export function authnRequest({
  id,
  poolId,
  destination,
  now,
  callbackUrl,
}: Request & { callbackUrl: string }): string {
  return (
    xml`<saml2p:AuthnRequest xmlns:saml2p="${SAMLP}" ID="${id}" Version="2.0" IssueInstant="${instant(now)}"` +
    xml` Destination="${destination}" ProtocolBinding="${POST}" AssertionConsumerServiceURL="${callbackUrl}">` +
    xml`<saml2:Issuer xmlns:saml2="${SAML}">${entityIdOf(poolId)}</saml2:Issuer></saml2p:AuthnRequest>`
  );
}

/** @param session as `checkAssertion` gave it. */
export function logoutRequest(request: Request & { session: Record<string, string> }): string {
  const { id, poolId, destination, now, session } = request;
  const { nameId = '', sessionIndex } = session;
  const qualifiers = ['NameQualifier', 'SPNameQualifier', 'Format'].map((name) => {
    const value = session[name];
    return value === undefined ? '' : ` ${name}="${escaped(value)}"`;
  });
  const index = sessionIndex ? xml`<saml2p:SessionIndex>${sessionIndex}</saml2p:SessionIndex>` : '';
  return (
    xml`<saml2p:LogoutRequest xmlns:saml2p="${SAMLP}" xmlns:saml2="${SAML}" ID="${id}" Version="2.0"` +
    xml` IssueInstant="${instant(now)}" Destination="${destination}" NotOnOrAfter="${instant(now + 300_000)}">` +
    xml`<saml2:Issuer>${entityIdOf(poolId)}</saml2:Issuer>` +
    `<saml2:NameID${qualifiers.join('')}>${escaped(nameId)}</saml2:NameID>${index}</saml2p:LogoutRequest>`
  );
}

/**
 * The address of a request by HTTP-Redirect (SAML 2.0 Bindings 3.4): deflated, and signed over the query as it is
 * written where a key is given. `RelayState` may be longer than the 80 bytes of the standard; providers take it.
 */
export function redirectTo(
  destination: string,
  request: string,
  relayState: string,
  privateKey?: string,
): string {
  const parameters = [
    ['SAMLRequest', deflateRawSync(request).toString('base64')],
    ['RelayState', relayState],
    ...(privateKey ? [['SigAlg', 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256']] : []),
  ];
  let query = parameters.map(([name = '', value = '']) => `${name}=${encodeURIComponent(value)}`).join('&');
  if (privateKey) {
    const signature = sign('RSA-SHA256', Buffer.from(query), createPrivateKey(privateKey));
    query += `&Signature=${encodeURIComponent(signature.toString('base64'))}`;
  }
  const [address = ''] = destination.split('#');
  return `${address}${address.includes('?') ? '&' : '?'}${query}`;
}
