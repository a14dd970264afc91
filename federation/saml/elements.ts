/** Finds elements by namespace and name: a prefix is a matter of taste, and another namespace another language. */
import type { Element } from './read-xml.ts';

export const SAML = 'urn:oasis:names:tc:SAML:2.0:assertion';
export const SAMLP = 'urn:oasis:names:tc:SAML:2.0:protocol';
export const METADATA = 'urn:oasis:names:tc:SAML:2.0:metadata';
export const XENC = 'http://www.w3.org/2001/04/xmlenc#';
export const DS = 'http://www.w3.org/2000/09/xmldsig#';
export const POST = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST';
export const REDIRECT = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect';

export const is = (element: Element, namespace: string, name: string) =>
  element.namespace === namespace && element.name === name;

export const childrenOf = (element: Element, namespace: string, name: string) =>
  element.children.filter((child) => is(child, namespace, name));

/** The one child of that name; undefined when there is none or several, so that no order decides. */
export function onlyChild(element: Element, namespace: string, name: string): Element | undefined {
  const [first, ...others] = childrenOf(element, namespace, name);
  return others.length ? undefined : first;
}

/** The element and everything in it, in the order of the document. */
export function* everyElement(root: Element): Generator<Element> {
  yield root;
  for (const child of root.children) yield* everyElement(child);
}

/** All text in it. */
export const allText = (element: Element): string => element.text + element.children.map(allText).join('');
