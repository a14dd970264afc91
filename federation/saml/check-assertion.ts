import type { ProvenIdentity } from '../provider.ts';
import { allText, childrenOf, onlyChild, SAML } from './elements.ts';
import { notVerified } from './not-verified.ts';
import { timeOf } from './read-metadata.ts';
import type { Element } from './read-xml.ts';

export interface ExpectedAssertion {
  /** The provider's entity ID. */
  issuer: string;
  /** Our entity ID. */
  audience: string;
  /** Where it was posted to, as we publish it. */
  recipient: string;
  /** The ID of the request that it answers. */
  inResponseTo: string;
  /** Milliseconds since the epoch. */
  now: number;
}

export interface CheckedAssertion extends ProvenIdentity {
  id: string;
  /** Until then somebody could present it again; milliseconds since the epoch. */
  expiresAt: number;
}

/** How much clocks may differ: three minutes. */
const SKEW = 3 * 60_000;
const BEARER = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';
/** Conditions that bind nobody who signs people in once; any other could be one that is not met. */
const CONDITIONS = ['AudienceRestriction', 'OneTimeUse', 'ProxyRestriction'];

/**
 * Whom a verified assertion speaks of, once it was found to be by this provider, for us, for now, and the answer to
 * this request (SAML 2.0 Profiles 4.1.4.3). Its signature was verified before. Throws ProviderFault `not-verified`.
 */
export function checkAssertion(assertion: Element, expected: ExpectedAssertion): CheckedAssertion {
  if (assertion.attributes.get('Version') !== '2.0') throw notVerified('The assertion is not of SAML 2.0.');
  const issuer = onlyChild(assertion, SAML, 'Issuer');
  if (issuer?.text.trim() !== expected.issuer) throw notVerified('The assertion is of another issuer.');
  checkConditions(assertion, expected);
  const subject = onlyChild(assertion, SAML, 'Subject');
  const nameId = subject && onlyChild(subject, SAML, 'NameID');
  const name = nameId?.text.trim() ?? '';
  if (!subject || !nameId || !name || nameId.children.length)
    throw notVerified('The assertion has no NameID.');
  const expiresAt = confirmedUntil(subject, expected);
  const session: Record<string, string> = { nameId: name };
  for (const attribute of ['Format', 'NameQualifier', 'SPNameQualifier']) {
    const value = nameId.attributes.get(attribute);
    if (value) session[attribute] = value;
  }
  const sessionIndex = checkStatements(assertion, expected);
  if (sessionIndex) session['sessionIndex'] = sessionIndex;
  return {
    subject: name,
    attributes: { ...attributesOf(assertion), NameID: name },
    session,
    issuer: expected.issuer,
    id: assertion.attributes.get('ID') ?? '',
    expiresAt,
  };
}

function checkConditions(assertion: Element, { audience, now }: ExpectedAssertion): void {
  const conditions = onlyChild(assertion, SAML, 'Conditions');
  if (!conditions) throw notVerified('The assertion has no conditions.');
  checkWindow(conditions, now);
  const strange = conditions.children.find(
    ({ namespace, name }) => namespace !== SAML || !CONDITIONS.includes(name),
  );
  if (strange) throw notVerified('The assertion has a condition that is not known.');
  const restrictions = childrenOf(conditions, SAML, 'AudienceRestriction');
  const forUs = (restriction: Element) =>
    childrenOf(restriction, SAML, 'Audience').some(({ text }) => text.trim() === audience);
  if (restrictions.length === 0 || !restrictions.every(forUs))
    throw notVerified('The assertion is for another audience.');
}

function checkWindow({ attributes }: Element, now: number): void {
  const [from, to] = ['NotBefore', 'NotOnOrAfter'].map((name) => attributes.get(name));
  // Written so that a time that cannot be read is a time that does not fit.
  if (from !== undefined && !(timeOf(from) <= now + SKEW))
    throw notVerified('The assertion is not yet valid.');
  if (to !== undefined && !(timeOf(to) > now - SKEW)) throw notVerified('The assertion has expired.');
}

/** The bearer may be who the assertion speaks of: here, now, and for this request. Until when, with the skew. */
function confirmedUntil(subject: Element, { recipient, inResponseTo, now }: ExpectedAssertion): number {
  const confirmations = childrenOf(subject, SAML, 'SubjectConfirmation').filter(
    ({ attributes }) => attributes.get('Method') === BEARER,
  );
  let fault = notVerified('The assertion is not for a bearer.');
  for (const confirmation of confirmations) {
    const data = onlyChild(confirmation, SAML, 'SubjectConfirmationData');
    const until = data?.attributes.get('NotOnOrAfter');
    if (data?.attributes.get('Recipient') !== recipient)
      fault = notVerified('The assertion is for another recipient.');
    else if (data.attributes.get('InResponseTo') !== inResponseTo)
      fault = notVerified('The assertion does not answer this request.');
    else if (until === undefined) fault = notVerified('The assertion does not say when it expires.');
    else {
      checkWindow(data, now);
      return timeOf(until) + SKEW;
    }
  }
  throw fault;
}

/** Somebody signed in there, and that session goes on. Its index, for signing out. */
function checkStatements(assertion: Element, { now }: ExpectedAssertion): string | undefined {
  const statements = childrenOf(assertion, SAML, 'AuthnStatement');
  if (statements.length === 0) throw notVerified('The assertion does not say that anybody signed in.');
  for (const { attributes } of statements) {
    const end = attributes.get('SessionNotOnOrAfter');
    if (end !== undefined && !(timeOf(end) > now - SKEW)) throw notVerified('The assertion has expired.');
  }
  return statements.map(({ attributes }) => attributes.get('SessionIndex')).find(Boolean);
}

/** By `Name`, as it is written (FED-103). One value is text, several are a list. */
function attributesOf(assertion: Element): Record<string, string | string[]> {
  const found = new Map<string, string[]>();
  for (const statement of childrenOf(assertion, SAML, 'AttributeStatement')) {
    for (const attribute of childrenOf(statement, SAML, 'Attribute')) {
      const name = attribute.attributes.get('Name');
      if (!name) continue;
      const values = childrenOf(attribute, SAML, 'AttributeValue').map(allText);
      found.set(name, [...(found.get(name) ?? []), ...values]);
    }
  }
  return Object.fromEntries(
    [...found]
      .filter(([, values]) => values.length > 0)
      .map(([name, values]) => [name, values.length === 1 ? (values[0] ?? '') : values]),
  );
}
