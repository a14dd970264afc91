import { DS, is } from './elements.ts';
import { notVerified } from './not-verified.ts';
import type { Element } from './read-xml.ts';

const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const INCLUSIVE = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';
const CANONICAL = [EXCLUSIVE, INCLUSIVE];
const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';
const SHA1 = { signature: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1', digest: `${DS}sha1` };

/** RSA with SHA-2. No HMAC, whose secret would be a published certificate, and nothing that is unknown. */
const SIGNATURES = [
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
];
const DIGESTS = ['http://www.w3.org/2001/04/xmlenc#sha256', 'http://www.w3.org/2001/04/xmlenc#sha512'];

/**
 * Holds the signature of an element to the one form that SAML gives it (Core 5.4): one reference, to that element, by
 * methods that are listed here, each element once and in its place. The library reads some of them wherever it finds
 * them first; when there is one of each, both readings are the same. Throws ProviderFault `not-verified`.
 */
export function checkSignatureForm(carrier: Element, { sha1 }: { sha1: boolean }): void {
  const [signature, ...others] = carrier.children.filter(({ name }) => name === 'Signature');
  if (!signature || others.length) throw notVerified('An element has two signatures.');
  const [info, value, ...rest] = elementsOf(signature, ['SignedInfo', 'SignatureValue', 'KeyInfo'], 2);
  const [canonicalization, signatureMethod, reference] = elementsOf(
    info,
    ['CanonicalizationMethod', 'SignatureMethod', 'Reference'],
    3,
  );
  const [transforms, digestMethod, digestValue] = elementsOf(
    reference,
    ['Transforms', 'DigestMethod', 'DigestValue'],
    3,
  );
  for (const leaf of [value, signatureMethod, digestMethod, digestValue]) elementsOf(leaf, [], 0);
  const methods = [canonicalization, ...(transforms?.children ?? [])].filter(
    (method) => method !== undefined,
  );
  if (rest.some(hidesAnother) || !methods.every(isPlainMethod))
    throw notVerified('A signature has elements in a place that is not theirs.');
  const id = carrier.attributes.get('ID');
  if (!id || reference?.attributes.get('URI') !== `#${id}`)
    throw notVerified('A signature signs something else than the element that it is in.');
  const signatures = sha1 ? [...SIGNATURES, SHA1.signature] : SIGNATURES;
  const digests = sha1 ? [...DIGESTS, SHA1.digest] : DIGESTS;
  const known =
    CANONICAL.includes(algorithm(canonicalization)) &&
    signatures.includes(algorithm(signatureMethod)) &&
    digests.includes(algorithm(digestMethod)) &&
    isTransformed(transforms);
  if (!known) throw notVerified('A signature is made by a method that is not accepted.');
}

const algorithm = (element: Element | undefined) => element?.attributes.get('Algorithm') ?? '';

/** The children, which are these in this order, the last ones optional. */
function elementsOf(element: Element | undefined, names: string[], required: number): Element[] {
  const children = element?.children ?? [];
  const fits =
    children.length >= required &&
    children.length <= names.length &&
    children.every((child, index) => child.namespace === DS && child.name === names[index]);
  if (!fits) throw notVerified('A signature does not have the form that SAML gives it.');
  return children;
}

/** The element without its signature, written out in the canonical way without comments; nothing else is done to it. */
function isTransformed(transforms: Element | undefined): boolean {
  const [enveloped, canonical, ...others] = transforms?.children ?? [];
  return (
    others.length === 0 &&
    algorithm(enveloped) === ENVELOPED &&
    (canonical === undefined || CANONICAL.includes(algorithm(canonical)))
  );
}

/** Its only parameter is a list of prefixes. */
const isPlainMethod = ({ children }: Element) =>
  children.every((child) => is(child, EXCLUSIVE, 'InclusiveNamespaces') && child.children.length === 0);

const SIGNATURE_PARTS =
  /^(Signature|SignedInfo|SignatureValue|SignatureMethod|CanonicalizationMethod|Reference|Transforms?|Digest\w+)$/;

/** KeyInfo may hold what it likes, since nothing in it is believed; but not what the library would take for another. */
const hidesAnother = (keyInfo: Element): boolean =>
  keyInfo.children.some((child) => SIGNATURE_PARTS.test(child.name) || hidesAnother(child));
