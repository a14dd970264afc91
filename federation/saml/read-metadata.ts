import { X509Certificate } from 'node:crypto';
import type { Environment } from '../provider.ts';
import { childrenOf, DS, everyElement, is, METADATA, REDIRECT, SAMLP } from './elements.ts';
import { type Element, readXml, UnreadableXml } from './read-xml.ts';

/** What an identity provider publishes of itself, as far as it matters here. */
export interface Metadata {
  entityId: string;
  /** Where people are sent to sign in, by GET. */
  signOn: string;
  /** Where people are sent to sign out, by GET. */
  signOut?: string;
  /** Base64 of DER; any of them may have signed. */
  certificates: string[];
  /** It wants to see who sends people. */
  wantsSignedRequests: boolean;
  /** Not to be used from then on; milliseconds since the epoch. */
  validUntil?: number;
  /** Not to be kept longer; milliseconds. */
  cacheDuration?: number;
}

/** The message is a sentence for the administrator, about "the metadata". */
export class UnusableMetadata extends Error {
  override name = 'UnusableMetadata';
}

const LIMITS = { size: 1024 * 1024, depth: 40, elements: 20_000, comments: 'skipped' } as const;
/** Below that a signature can be forged by whoever has the patience. */
const LEAST_KEY_BITS = 2048;

/**
 * Reads the document of one identity provider (SAML 2.0 Metadata 2.4.3). Its own signature, if any, is not looked at:
 * who it is from is known by the administrator who uploaded it, or by the TLS certificate of its address.
 * Throws UnusableMetadata.
 */
export function readMetadata(source: string, { outgoing }: Pick<Environment, 'outgoing'>): Metadata {
  const root = parse(source);
  const entity = is(root, METADATA, 'EntityDescriptor') ? root : onlyIdentityProvider(root);
  const entityId = entity?.attributes.get('entityID')?.trim();
  if (!entity || !entityId) throw new UnusableMetadata('it describes no entity with an entityID');
  const descriptors = identityProviderIn(entity);
  const [descriptor] = descriptors;
  if (!descriptor || descriptors.length > 1)
    throw new UnusableMetadata('it must have one IDPSSODescriptor for SAML 2.0');
  const certificates = signingCertificates(descriptor);
  if (certificates.length === 0)
    throw new UnusableMetadata('it has no certificate for signing with an RSA key of 2048 bits or more');
  const address = (service: string) => redirectLocation(descriptor, service, outgoing);
  const signOn = address('SingleSignOnService');
  if (!signOn) throw new UnusableMetadata('it has no SingleSignOnService with HTTP-Redirect binding');
  const around = [root, entity, descriptor];
  return {
    entityId,
    signOn,
    signOut: address('SingleLogoutService'),
    certificates,
    wantsSignedRequests: /^(true|1)$/.test(descriptor.attributes.get('WantAuthnRequestsSigned') ?? ''),
    validUntil: least(around, 'validUntil', timeOf),
    cacheDuration: least(around, 'cacheDuration', durationOf),
  };
}

function parse(source: string): Element {
  try {
    return readXml(source, LIMITS);
  } catch (error) {
    if (!(error instanceof UnreadableXml)) throw error;
    throw new UnusableMetadata(`it is not XML that can be read: ${error.message}`, { cause: error });
  }
}

const identityProviderIn = (entity: Element) =>
  childrenOf(entity, METADATA, 'IDPSSODescriptor').filter((descriptor) =>
    (descriptor.attributes.get('protocolSupportEnumeration') ?? '').split(/\s+/).includes(SAMLP),
  );

/** A document of several entities will do when there is no doubt which is meant. */
function onlyIdentityProvider(root: Element): Element | undefined {
  if (!is(root, METADATA, 'EntitiesDescriptor')) return undefined;
  const found = [...everyElement(root)].filter(
    (element) => is(element, METADATA, 'EntityDescriptor') && identityProviderIn(element).length > 0,
  );
  if (found.length > 1) throw new UnusableMetadata('it describes several identity providers');
  return found[0];
}

function signingCertificates(descriptor: Element): string[] {
  const keys = childrenOf(descriptor, METADATA, 'KeyDescriptor').filter(
    (key) => (key.attributes.get('use') ?? 'signing') === 'signing',
  );
  const texts = keys.flatMap((key) =>
    [...everyElement(key)].filter((element) => is(element, DS, 'X509Certificate')),
  );
  const certificates = texts.map(({ text }) => text.replaceAll(/\s/g, ''));
  return [...new Set(certificates)].filter(isUsable);
}

/** Its dates do not matter: the metadata says which keys are good, as SAML deployments have it. */
function isUsable(certificate: string): boolean {
  try {
    const { publicKey } = new X509Certificate(Buffer.from(certificate, 'base64'));
    const bits = publicKey.asymmetricKeyDetails?.modulusLength ?? 0;
    return publicKey.asymmetricKeyType === 'rsa' && bits >= LEAST_KEY_BITS;
  } catch {
    return false;
  }
}

function redirectLocation(
  descriptor: Element,
  service: string,
  outgoing: Environment['outgoing'],
): string | undefined {
  const found = childrenOf(descriptor, METADATA, service).find(
    ({ attributes }) => attributes.get('Binding') === REDIRECT,
  );
  const location = found?.attributes.get('Location')?.trim();
  if (!location) return undefined;
  // Browsers go there, not this server; but a javascript: or plain http address is no place to send them.
  const scheme = URL.canParse(location) ? new URL(location).protocol : '';
  const refused = scheme === 'https:' ? undefined : outgoing.refusal(location);
  if (refused || !scheme) throw new UnusableMetadata(`its ${service} ${location} cannot be used: ${refused}`);
  return location;
}

function least(elements: Element[], name: string, read: (text: string) => number): number | undefined {
  const values = elements.flatMap(({ attributes }) => attributes.get(name) ?? []).map(read);
  if (values.some(Number.isNaN)) throw new UnusableMetadata(`it has a ${name} that cannot be read`);
  return values.length ? Math.min(...values) : undefined;
}

/** xs:dateTime, which SAML writes in UTC. */
export function timeOf(text: string): number {
  const written = text.trim();
  return /^\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$/.test(written)
    ? Date.parse(/(Z|[+-]\d\d:\d\d)$/.test(written) ? written : `${written}Z`)
    : Number.NaN;
}

const DAY = 86_400_000;

/** xs:duration in milliseconds; a year has 365 days here, a month 30. */
function durationOf(text: string): number {
  const [, years = 0, months = 0, days = 0, hours = 0, minutes = 0, seconds = 0] =
    /^P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?$/.exec(
      text.trim(),
    ) ?? [Number.NaN, Number.NaN];
  const wholeDays = Number(years) * 365 + Number(months) * 30 + Number(days);
  return wholeDays * DAY + Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1000;
}
