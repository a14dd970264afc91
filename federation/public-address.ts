/** Which addresses on the internet belong to nobody in particular, and which are somebody's own network. */
import { BlockList, isIP, isIPv4 } from 'node:net';

/** The special-purpose ranges of the IANA registries (RFC 6890 and what came later), the metadata services included. */
const SPECIAL = blockLists([
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24'],
  ...['203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
  // Of IPv6 only 2000::/3 is given out. Within it: Teredo, documentation, and 6to4, which wraps an IPv4 address.
  ...['::/3', '4000::/2', '8000::/1', '2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'],
]);
const LOOPBACK = blockLists(['127.0.0.0/8', '::1/128']);

/** One list for each family: a BlockList finds every IPv4 address in `::/3`, as `::ffff:8.8.8.8`. */
function blockLists(ranges: readonly string[]): { check(address: string): boolean } {
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const range of ranges) {
    const [address = '', bits] = range.split('/');
    const most = isIPv4(address) ? 32 : 128;
    const length = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : -1;
    if (length < 0 || length > most) throw new Error(`${range} is not a range of addresses`);
    lists[family(address)].addSubnet(address, length, family(address));
  }
  return {
    check(address) {
      const plain = unmapped(address);
      return lists[family(plain)].check(plain, family(plain));
    },
  };
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIPv4(address) ? 'ipv4' : 'ipv6';
}

/** The address inside `::ffff:10.0.0.1` counts: the kernel would connect to it. */
function unmapped(address: string): string {
  const inside = /^::ffff:(.*)$/i.exec(address)?.[1];
  if (!inside) return address;
  if (isIPv4(inside)) return inside;
  const [high = 0, low = 0] = inside.split(':').map((part) => Number.parseInt(part, 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

export const isLoopback = (address: string) => LOOPBACK.check(address);
export const isPublic = (address: string) => !SPECIAL.check(address);

/** What the operator lets us reach beyond the public internet. */
export interface Allowed {
  /** A private address that is in an allowed range. */
  address(address: string): boolean;
  /** A name all of whose addresses are allowed. */
  host(host: string): boolean;
  /** `http://keycloak:8080`: a place that may be spoken to without TLS. */
  plainOrigin(origin: string): boolean;
}

/**
 * Reads the operator's list: addresses (`10.1.2.3`), ranges (`127.0.0.0/8`, `fd00::/8`), names (`idp.internal`) and
 * origins without TLS (`http://keycloak:8080`). Throws a sentence for anything else.
 */
export function readAllowed(entries: readonly string[]): Allowed {
  const ranges: string[] = [];
  const hosts = new Set<string>();
  const origins = new Set<string>();
  for (const entry of entries) {
    if (isIP(entry.split('/', 1)[0] ?? '')) ranges.push(entry);
    else if (/^http:\/\//i.test(entry) && URL.canParse(entry) && new URL(entry).pathname === '/') {
      origins.add(new URL(entry).origin);
      hosts.add(new URL(entry).hostname);
    } else if (/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(entry)) hosts.add(entry.toLowerCase());
    else
      throw new Error(`${entry} is not an address, a range of addresses, a host name or an http:// origin`);
  }
  const addresses = blockLists(ranges);
  return {
    address: (address) => addresses.check(address),
    host: (host) => hosts.has(host.toLowerCase()),
    plainOrigin: (origin) => origins.has(origin),
  };
}
