/**
 * What a proxy in front of Foyer may say of the request that it passes on. `X-Forwarded-For`, `-Proto` and `-Host`
 * are believed only from configured proxies; from anyone else they are removed before a line of Foyer's reads
 * them, since the library behind the OAuth endpoints reads them too (HUI-08).
 */
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import type { TLSSocket } from 'node:tls';

export interface Origin {
  /** The client's address, the nearest one that can be believed, or `unknown`. */
  address: string;
  protocol: 'http' | 'https';
  /** Host and port as the client named them. */
  host: string;
}

const FORWARDED = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'x-forwarded-port',
];

/** @param trusted addresses and networks (CIDR), already checked by the settings. */
export function openForwarded(trusted: string[]): (request: IncomingMessage) => Origin {
  const proxies = new BlockList();
  for (const entry of trusted) {
    const [network = '', bits] = entry.split('/');
    const family = isIP(network) === 6 ? 'ipv6' : 'ipv4';
    if (bits) proxies.addSubnet(network, Number(bits), family);
    else proxies.addAddress(network, family);
  }
  const isProxy = (address: string) =>
    trusted.length > 0 &&
    isIP(address) !== 0 &&
    proxies.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

  return (request) => {
    const peer = plain(request.socket.remoteAddress ?? '');
    const believed = isProxy(peer);
    const origin: Origin = {
      address: believed ? clientAddress(peer, header(request, 'x-forwarded-for'), isProxy) : peer,
      protocol:
        (request.socket as TLSSocket).encrypted ||
        (believed && last(header(request, 'x-forwarded-proto')) === 'https')
          ? 'https'
          : 'http',
      host: (believed && last(header(request, 'x-forwarded-host'))) || (request.headers.host ?? ''),
    };
    // Only what is there: deleting makes all later reading of the headers slower.
    for (const name of FORWARDED) if (name in request.headers) delete request.headers[name];
    return origin;
  };
}

/** Stands for the address of a client when a proxy of ours passed on something that is none. */
const UNREADABLE = 'unknown';

/**
 * From the right: each proxy appended the address that it saw. The first that is no proxy of ours is the client;
 * what stands left of it was written by the client and may be anything. An entry that is no address ends the
 * search, and nobody is believed to be the proxy itself: one on this machine would be taken for the machine, whose
 * guesses are not counted (ATK-45).
 */
function clientAddress(peer: string, forwardedFor: string, isProxy: (address: string) => boolean): string {
  if (forwardedFor.trim() === '') return peer;
  let nearest = peer;
  for (const entry of forwardedFor.split(',').reverse()) {
    const address = plain(withoutPort(entry.trim()));
    if (isIP(address) === 0) return UNREADABLE;
    nearest = address;
    if (!isProxy(address)) return address;
  }
  return nearest;
}

/** Some proxies append the port, and then IPv6 addresses are in brackets (RFC 7239, section 6). */
function withoutPort(entry: string): string {
  const [, bracketed, dotted] = /^(?:\[([^\]]*)\](?::\d{1,5})?|([\d.]+):\d{1,5})$/.exec(entry) ?? [];
  return bracketed !== undefined && isIP(bracketed) === 6 ? bracketed : (dotted ?? entry);
}

/** IPv4 addresses in IPv6 form (`::ffff:10.0.0.1`) are the same machines. */
function plain(address: string): string {
  return address.toLowerCase().startsWith('::ffff:') && isIP(address.slice(7)) === 4
    ? address.slice(7)
    : address;
}

function header(request: IncomingMessage, name: string): string {
  return String(request.headers[name] ?? '');
}

/** The value that the nearest proxy wrote. */
function last(list: string): string {
  return list.split(',').at(-1)?.trim().toLowerCase() ?? '';
}
