/**
 * Where a pool's hosted pages answer. A prefix domain answers below the public URL (`<public URL>/acme`) and, when a
 * domain suffix is configured, at a host of its own (`https://acme.auth.<region>.<suffix>`); a custom domain at its
 * own host. Every link and redirect is made from these addresses, never from a Host header.
 */
import type { DomainRecord } from '#adapters/directory/records.ts';
import type { ProcessSettings } from '../settings/process.ts';

export interface Address {
  /** Without a trailing slash. */
  base: string;
  /** Scheme, host and port of `base`. */
  origin: string;
  /** The path of `base`: `''` for an address with a host of its own, `/acme` otherwise. */
  mountPath: string;
}

export type AddressSettings = Pick<ProcessSettings, 'publicUrl' | 'domainSuffix'>;

/** The addresses of one domain of a pool, the one to show first. */
export function addressesOf(
  settings: AddressSettings,
  region: string,
  domain: { id: string; record: Pick<DomainRecord, 'kind'> },
): Address[] {
  if (domain.record.kind === 'custom') return [hostAddress(settings, domain.id)];
  const byPath = address(`${settings.publicUrl}/${domain.id}`);
  if (!settings.domainSuffix) return [byPath];
  return [hostAddress(settings, `${domain.id}.auth.${region}.${settings.domainSuffix}`), byPath];
}

/** No domain is longer. Longer names are not even looked up, so that guessing cannot fill the memory. */
const HOST = /^(?=.{3,63}$)[a-z0-9-]+(?:\.[a-z0-9-]+)+$/;
const FIRST = /^\/([a-z0-9-]{1,63})(?:\/|$)/;

/** Which domain a request names, by its host or else by the first part of its path; undefined when by neither. */
export function domainNamed(
  settings: AddressSettings,
  host: string,
  path: string,
): { domain: string; region?: string; byPath: boolean }[] {
  const hostname = host.toLowerCase().replace(/:\d+$/, '');
  const named: { domain: string; region?: string; byPath: boolean }[] = [];
  const suffix = settings.domainSuffix && `.${settings.domainSuffix}`;
  if (suffix && hostname.endsWith(suffix)) {
    const match = /^([a-z0-9-]{1,63})\.auth\.([a-z0-9-]+)$/.exec(hostname.slice(0, -suffix.length));
    if (match?.[1]) return [{ domain: match[1], region: match[2], byPath: false }];
  }
  if (HOST.test(hostname) && hostname !== hostnameOf(settings.publicUrl))
    named.push({ domain: hostname, byPath: false });
  const first = FIRST.exec(path)?.[1];
  if (first) named.push({ domain: first, byPath: true });
  return named;
}

/** The public URL's: each request asks for it, and reading an address takes longer than all the rest of this. */
function hostnameOf(publicUrl: string): string {
  if (lastRead?.url !== publicUrl) lastRead = { url: publicUrl, hostname: new URL(publicUrl).hostname };
  return lastRead.hostname;
}
let lastRead: { url: string; hostname: string } | undefined;

function hostAddress(settings: AddressSettings, host: string): Address {
  const { protocol, port } = new URL(settings.publicUrl);
  return address(`${protocol}//${host}${port && `:${port}`}`);
}

function address(base: string): Address {
  const { origin, pathname } = new URL(base);
  return { base, origin, mountPath: pathname === '/' ? '' : pathname };
}
