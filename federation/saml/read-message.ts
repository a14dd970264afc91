import { ProviderFault } from '../provider.ts';
import { checkEncryptionForm } from './check-encryption-form.ts';
import { DS, everyElement, is, onlyChild, SAML, SAMLP } from './elements.ts';
import { notVerified } from './not-verified.ts';
import { type Element, readXml, UnreadableXml } from './read-xml.ts';

/** A message as it came: nothing in it is proven yet. */
export interface Message {
  root: Element;
  /** The XML, as it is to be verified. */
  xml: string;
  /** Elements with a signature of their own: the message, its assertion, or both. */
  signed: Element[];
}

/** As the service that Foyer stands in for has it. */
const MOST_CHARACTERS = 100_000;
const LIMITS = { size: MOST_CHARACTERS, depth: 40, elements: 5000, comments: 'refused' } as const;

/** Names of attributes by which a signature could find what it signs. */
const isId = (attribute: string) => /(^|:)id$/i.test(attribute);

/**
 * Reads a posted message of this name, and holds it to a form in which a signature can mean one thing only. Signature
 * wrapping lives off documents with two of something: two elements of an ID, two assertions, a signature in one place
 * over an element in another. None of them is read any further.
 * Throws ProviderFault `invalid-answer` for what is no such message, `not-verified` for one of a suspicious form.
 */
export function readMessage(
  encoded: string,
  name: 'Response' | 'LogoutResponse',
  { encrypted = false }: { /** The assertion is encrypted, and has to be. */ encrypted?: boolean } = {},
): Message {
  const xml = decode(encoded);
  let root: Element;
  try {
    root = readXml(xml, LIMITS);
  } catch (error) {
    if (!(error instanceof UnreadableXml)) throw error;
    throw unreadable(`it is not XML that can be read: ${error.message}`, error);
  }
  if (!is(root, SAMLP, name)) throw unreadable(`it is no ${name} of SAML 2.0`);
  if (root.attributes.get('Version') !== '2.0') throw unreadable('it is not of SAML 2.0');
  checkIds(root);
  const assertion = checkAssertions(root, encrypted);
  const carriers = assertion ? [root, assertion] : [root];
  return { root, xml, signed: carriers.filter((carrier) => hasSignature(carrier, carriers)) };
}

const unreadable = (why: string, cause?: unknown) =>
  new ProviderFault('invalid-answer', `The SAML message cannot be used: ${why}`, {
    cause,
    description: 'Invalid samlResponse or relayState from identity provider',
  });

function decode(encoded: string): string {
  if (encoded.length > MOST_CHARACTERS) throw unreadable(`it is longer than ${MOST_CHARACTERS} characters`);
  const dense = encoded.replaceAll(/\s/g, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(dense)) throw unreadable('it is not in base64');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(dense, 'base64'));
  } catch (error) {
    throw unreadable('it is not in UTF-8', error);
  }
}

function checkIds(root: Element): void {
  const seen = new Set<string>();
  for (const { attributes } of everyElement(root)) {
    for (const [name, id] of attributes) {
      if (!isId(name)) continue;
      if (!/^[A-Za-z_][\w.-]*$/.test(id)) throw notVerified('An ID has characters that IDs do not have.');
      if (seen.has(id)) throw notVerified('Two elements have the same ID.');
      seen.add(id);
    }
  }
}

/** The assertion, of which there is one and in one place; by name alone, lest another namespace hide a second one. */
function checkAssertions(root: Element, encrypted: boolean): Element | undefined {
  const all = [...everyElement(root)];
  const sealed = all.filter(({ name }) => name === 'EncryptedAssertion' || name === 'EncryptedID');
  if (sealed.length && !encrypted) throw notVerified('The provider is not one that encrypts.');
  const messages = all.filter(({ name }) => name === 'Response' || name === 'LogoutResponse');
  const assertions = all.filter(({ name }) => name === 'Assertion');
  if (messages.length > 1 || assertions.length > 1)
    throw notVerified('There is more than one response or assertion.');
  if (encrypted) {
    if (assertions.length) throw notVerified('The assertion is not encrypted, as it has to be.');
    if (sealed.length) checkEncryptionForm(root, sealed);
    return undefined;
  }
  const [assertion] = assertions;
  if (assertion && assertion !== onlyChild(root, SAML, 'Assertion'))
    throw notVerified('The assertion is not where it belongs.');
  return assertion;
}

/**
 * Whether the carrier is signed. A signature is its direct child and signs its ID; signatures anywhere else, such as
 * in an Object or in Extensions, are refused, since somebody may find them first.
 */
function hasSignature(carrier: Element, carriers: Element[]): boolean {
  const all = [...everyElement(carrier)].filter(({ name }) => name === 'Signature');
  if (all.some(({ parent, namespace }) => !parent || !carriers.includes(parent) || namespace !== DS))
    throw notVerified('A signature is not where it belongs.');
  return all.some(({ parent }) => parent === carrier);
}
