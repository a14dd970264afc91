import { childrenOf, DS, everyElement, onlyChild, SAML, XENC } from './elements.ts';
import { notVerified } from './not-verified.ts';
import type { Element } from './read-xml.ts';

const OAEP = `${XENC}rsa-oaep-mgf1p`;
const CONTENT = [
  'http://www.w3.org/2009/xmlenc11#aes128-gcm',
  'http://www.w3.org/2009/xmlenc11#aes256-gcm',
  `${XENC}aes128-cbc`,
  `${XENC}aes256-cbc`,
];

/**
 * Holds an encrypted assertion to one form: one key, one content, by methods that are listed here, in a response that is
 * signed itself. The signature is checked before anything is decrypted, so nobody can learn what is in a ciphertext
 * that they caught by sending it again with changes (CBC), nor use our key as an oracle (PKCS 1 v1.5 is not listed).
 * Throws ProviderFault `not-verified`.
 */
export function checkEncryptionForm(root: Element, [sealed, ...others]: Element[]): void {
  const data = sealed && onlyChild(sealed, XENC, 'EncryptedData');
  if (!data || others.length || sealed !== onlyChild(root, SAML, 'EncryptedAssertion'))
    throw notVerified('The encrypted assertion does not have the form that SAML gives it.');
  if (childrenOf(root, DS, 'Signature').length === 0)
    throw notVerified('An encrypted assertion must be in a response that is signed.');
  const within = [...everyElement(sealed)];
  const keys = within.filter(({ name }) => name === 'EncryptedKey');
  const methods = within.filter(({ name }) => name === 'EncryptionMethod');
  const values = within.filter(({ name }) => name === 'CipherValue');
  const contents = within.filter(({ name }) => name === 'EncryptedData');
  const [key] = keys;
  const method = (element: Element | undefined) =>
    (element && onlyChild(element, XENC, 'EncryptionMethod'))?.attributes.get('Algorithm') ?? '';
  const single = [keys.length, contents.length].every((count) => count === 1);
  if (!single || methods.length !== 2 || values.length !== 2 || !inside(key, data))
    throw notVerified('The encrypted assertion does not have the form that SAML gives it.');
  if (method(key) !== OAEP || !CONTENT.includes(method(data)))
    throw notVerified('The assertion is encrypted by a method that is not accepted.');
}

const inside = (element: Element | undefined, ancestor: Element): boolean =>
  element !== undefined && (element.parent === ancestor || inside(element.parent, ancestor));
