import { SAML as Library } from '@node-saml/node-saml';
import { checkSignatureForm } from './check-signature-form.ts';
import { is, SAML, SAMLP } from './elements.ts';
import { notVerified } from './not-verified.ts';
import type { Message } from './read-message.ts';
import { type Element, type Limits, readXml, UnreadableXml } from './read-xml.ts';

export interface Trust {
  /** Base64 of DER, from the metadata: the only keys that count, whatever a signature brings along. */
  certificates: string[];
  /** The operator takes signatures with SHA-1. */
  sha1: boolean;
  /** The pool's, where the provider encrypts assertions: PEM. */
  decryptionKey?: string;
}

/**
 * The assertion of a response as it was signed, canonical, from the library: the text that the digest was made of, and
 * not the document that came, so that nothing is read that nobody signed. Each signature that is there must hold.
 * Throws ProviderFault `not-verified`.
 */
export async function verifiedAssertion(message: Message, trust: Trust): Promise<Element> {
  const { profile } = await check(message, trust);
  const xml = profile?.getAssertionXml?.();
  if (!xml) throw notVerified('SAML Assertion signature is invalid.');
  // What was accepted once is read with the same care again: it is another text, made by another reader.
  const limits = { size: 2 * message.xml.length + 10_000, depth: 40, elements: 5000 };
  const assertion = readAgain(xml, { ...limits, comments: 'refused' });
  const came = message.root.children.find((child) => is(child, SAML, 'Assertion'));
  // One that was encrypted is what the signed response held; it did not come in the open.
  const sameId = trust.decryptionKey || assertion.attributes.get('ID') === came?.attributes.get('ID');
  if (!is(assertion, SAML, 'Assertion') || !sameId) throw notVerified('SAML Assertion signature is invalid.');
  return assertion;
}

function readAgain(xml: string, limits: Limits): Element {
  try {
    return readXml(xml, limits);
  } catch (error) {
    if (!(error instanceof UnreadableXml)) throw error;
    throw notVerified('The assertion is not XML that can be read.', error);
  }
}

/** Checks the signature of an answer without an assertion. Throws ProviderFault `not-verified`. */
export async function verifySigned(message: Message, trust: Trust): Promise<void> {
  await check(message, trust);
}

async function check({ root, xml, signed }: Message, { certificates, sha1, decryptionKey }: Trust) {
  if (signed.length === 0) throw notVerified('Neither the response nor its assertion is signed.');
  for (const carrier of signed) checkSignatureForm(carrier, { sha1 });
  const library = new Library({
    idpCert: certificates,
    decryptionPvk: decryptionKey,
    wantAuthnResponseSigned: signed.includes(root),
    wantAssertionsSigned: signed.some((carrier) => carrier !== root),
    // Times, audience, recipient and what was asked are checked by check-assertion.ts, by our clock.
    acceptedClockSkewMs: -1,
    audience: false,
    callbackUrl: 'https://unused.invalid',
    issuer: 'unused',
  });
  try {
    return await library.validatePostResponseAsync({ SAMLResponse: Buffer.from(xml).toString('base64') });
  } catch (error) {
    throw notVerified(
      is(root, SAMLP, 'Response') ? 'SAML Assertion signature is invalid.' : 'Its signature is invalid.',
      error,
    );
  }
}
