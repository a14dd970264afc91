import { createHash } from 'node:crypto';
import { type Answer, type Environment, type ProvenIdentity, ProviderFault } from '../provider.ts';
import { printable } from '../read-answer.ts';
import { checkAssertion } from './check-assertion.ts';
import { onlyChild, SAML, SAMLP } from './elements.ts';
import { entityIdOf } from './messages.ts';
import { notVerified } from './not-verified.ts';
import { readMessage } from './read-message.ts';
import type { Metadata } from './read-metadata.ts';
import type { Element } from './read-xml.ts';
import { verifiedAssertion } from './verify-signature.ts';

export interface Expectations {
  /** The provider's name, for what the application is told. */
  name: string;
  metadata: Metadata;
  sha1: boolean;
  /** Assertions are encrypted for this key, PEM, and have to be. */
  decryptionKey?: string;
}

/** An assertion may say that it is good for ever. It answers one request, which is gone after minutes. */
const LONGEST_KEPT = 24 * 3_600_000;
const SUCCESS = 'urn:oasis:names:tc:SAML:2.0:status:Success';
const DENIED = /:(AuthnFailed|RequestDenied|NoPassive|NoAuthnContext)$/;

/**
 * Who signed in there, by what the browser posted. The order is that of trust: the form of the document, what it is an
 * answer to, the signature, and then what the signed part says. Throws ProviderFault.
 */
export async function finishSignIn(
  { method, parameters, callbackUrl, kept, state }: Answer,
  { name, metadata, sha1, decryptionKey }: Expectations,
  { clock, once, poolId }: Pick<Environment, 'clock' | 'once' | 'poolId'>,
): Promise<ProvenIdentity> {
  const encoded = parameters['SAMLResponse'];
  if (method !== 'POST' || !encoded || (parameters['RelayState'] ?? '') !== state)
    throw new ProviderFault('not-verified', 'no SAMLResponse was posted, or one with another RelayState', {
      description: 'Invalid samlResponse or relayState from identity provider',
    });
  const inResponseTo = kept['id'];
  // Where a sign-in begins at the provider (IDPInit), the server asks all the same: an answer that nobody asked for
  // could be an attacker's, in the browser of another.
  if (!inResponseTo) throw notVerified('Nobody asked for this response.');
  const message = readMessage(encoded, 'Response', { encrypted: decryptionKey !== undefined });
  checkEnvelope(message.root, { issuer: metadata.entityId, destination: callbackUrl, inResponseTo });
  checkStatus(message.root, name);
  const assertion = await verifiedAssertion(message, {
    certificates: metadata.certificates,
    sha1,
    decryptionKey,
  });
  const { id, expiresAt, ...proven } = checkAssertion(assertion, {
    issuer: metadata.entityId,
    audience: entityIdOf(poolId),
    recipient: callbackUrl,
    inResponseTo,
    now: clock.now(),
  });
  // Last, so that nobody can use up the ID of an assertion that is not theirs.
  const key = createHash('sha256').update(`${metadata.entityId}\n${id}`).digest('base64url');
  const until = Math.min(expiresAt, clock.now() + LONGEST_KEPT);
  if (!(await once(`saml-assertion ${key}`, until))) throw notVerified('The assertion was used before.');
  return proven;
}

/**
 * What the response says of itself. It may be unsigned, around a signed assertion; then it proves nothing, but what it
 * says must fit nevertheless. Also for LogoutResponse, which has the same envelope.
 */
export function checkEnvelope(
  root: Element,
  expected: { issuer: string; destination: string; inResponseTo: string },
): void {
  const issuer = onlyChild(root, SAML, 'Issuer');
  const issuers = root.children.filter((child) => child.name === 'Issuer').length;
  if (issuers > 1 || (issuer && issuer.text.trim() !== expected.issuer))
    throw notVerified('The response is of another issuer.');
  const destination = root.attributes.get('Destination');
  if (destination !== undefined && destination !== expected.destination)
    throw notVerified('The response is for another destination.');
  if (root.attributes.get('InResponseTo') !== expected.inResponseTo)
    throw notVerified('The response does not answer this request.');
}

function checkStatus(root: Element, name: string): void {
  const status = onlyChild(root, SAMLP, 'Status');
  const code = status && onlyChild(status, SAMLP, 'StatusCode');
  const value = code?.attributes.get('Value');
  if (!status || !code || !value) throw notVerified('The response has no status.');
  if (value === SUCCESS) return;
  const detail = onlyChild(code, SAMLP, 'StatusCode')?.attributes.get('Value') ?? value;
  const text = onlyChild(status, SAMLP, 'StatusMessage')?.text.trim();
  const said = printable([detail.replace(/^.*:/, ''), text].filter(Boolean).join(' '));
  throw new ProviderFault('refused', `the provider answered ${said}`, {
    error: DENIED.test(detail) ? 'access_denied' : 'server_error',
    description: `${printable(name)} Error - ${said}`,
  });
}
