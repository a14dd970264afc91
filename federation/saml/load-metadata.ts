import { createHash } from 'node:crypto';
import { type Environment, ProviderFault } from '../provider.ts';
import { type Metadata, readMetadata, UnusableMetadata } from './read-metadata.ts';

type Surroundings = Pick<Environment, 'outgoing' | 'clock'>;

/** FED-67: it is read again after that, or earlier when it says so itself. */
const REFRESH = 6 * 3_600_000;
/** An address that says "keep it for a second" is not asked at each sign-in. */
const LEAST = 60_000;

/**
 * The metadata of a provider, from what the administrator uploaded or from its address. What was read last from an
 * address serves when it cannot be read again, until it says itself that it ends (FED-70).
 * Throws ProviderFault; `configuration` for what cannot be used, `unreachable` when it never could be read.
 */
export async function loadMetadata(
  { file, url, anew }: { file?: string; url?: string /** Also when it is not old. */; anew?: boolean },
  environment: Surroundings,
): Promise<Metadata> {
  const metadata = await (url
    ? fromAddress(url, anew === true, environment)
    : fromFile(file ?? '', environment));
  if (metadata.validUntil !== undefined && metadata.validUntil <= environment.clock.now())
    throw new ProviderFault('configuration', 'The SAML metadata has expired');
  return metadata;
}

/** A file never changes, so it is read once: a large one takes longer than all the rest of a sign-in. */
function fromFile(file: string, environment: Surroundings): Promise<Metadata> {
  const never = { freshUntil: Number.POSITIVE_INFINITY, usableUntil: Number.POSITIVE_INFINITY };
  const key = createHash('sha256').update(file).digest('base64url');
  const read = async () => ({ value: usable(file, environment), ...never });
  return environment.outgoing.remember(`SAML metadata of ${key}`, read);
}

async function fromAddress(url: string, anew: boolean, environment: Surroundings): Promise<Metadata> {
  const { outgoing, clock } = environment;
  const read = async () => {
    const metadata = await fetchMetadata(url, environment);
    const now = clock.now();
    const { validUntil = Number.POSITIVE_INFINITY, cacheDuration = REFRESH } = metadata;
    // One that has expired where it is published is worth no more than none: what was read before goes on.
    if (validUntil <= now)
      throw new ProviderFault('configuration', `The SAML metadata at ${url} has expired`);
    // Before it ends, so that there is time left in which it can be asked for again.
    const fresh = Math.min(Math.max(cacheDuration, LEAST), REFRESH, (validUntil - now) * 0.9);
    return { value: metadata, freshUntil: now + fresh, usableUntil: validUntil };
  };
  return outgoing.remember(`SAML metadata ${url}`, read, { anew });
}

async function fetchMetadata(url: string, environment: Surroundings): Promise<Metadata> {
  const headers = { accept: 'application/samlmetadata+xml, application/xml;q=0.9, text/xml;q=0.8' };
  const purpose = 'SAML metadata endpoint';
  const response = await environment.outgoing.fetch(url, { purpose, headers, redirect: 'follow' });
  if (!response.ok) throw new ProviderFault('invalid-answer', `${purpose} answered ${response.status}`);
  return usable(await response.text(), environment);
}

function usable(source: string, environment: Surroundings): Metadata {
  try {
    return readMetadata(source, environment);
  } catch (error) {
    if (!(error instanceof UnusableMetadata)) throw error;
    throw new ProviderFault('configuration', `The SAML metadata cannot be used: ${error.message}`, {
      cause: error,
    });
  }
}
