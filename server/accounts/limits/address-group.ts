/**
 * Limits on what strangers do: guesses, sign-ups, messages, and requests a second. They count in the sessions store,
 * so that all processes see one count, and before the work, so that requests sent at the same moment are counted one
 * by one. They take a client's address as a value and know no HTTP; limits of one account are in `sign-in/throttle.ts`
 * and `codes/`. They never hold anything in memory.
 */
import { isIPv4, isIPv6 } from 'node:net';

/**
 * Whose count an address belongs to. One customer of an IPv6 provider has 2^64 addresses, so a /64 network counts as
 * one. Undefined for the machine itself: behind a proxy on this machine that the settings do not name, everybody has
 * that address, and one guesser would shut out all.
 */
export function addressGroup(address: string): string | undefined {
  const [plain = ''] = address.toLowerCase().split('%');
  const mapped = plain.startsWith('::ffff:') ? plain.slice('::ffff:'.length) : plain;
  if (isIPv4(mapped)) return mapped.startsWith('127.') ? undefined : mapped;
  // What cannot be read is counted all the same, together (ATK-45).
  if (!isIPv6(plain)) return 'unknown';
  const groups = expand(plain);
  if (groups.every((group, index) => group === (index < 7 ? 0 : 1))) return undefined;
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`;
}

/** The eight groups of a valid IPv6 address. */
function expand(address: string): number[] {
  const [left = '', right] = address.split('::');
  const head = groupsOf(left);
  if (right === undefined) return head;
  const tail = groupsOf(right);
  return [...head, ...new Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

/** The last 32 bits may be written as an IPv4 address. */
function groupsOf(part: string): number[] {
  return part
    .split(':')
    .filter(Boolean)
    .flatMap((group) => {
      if (!group.includes('.')) return [Number.parseInt(group, 16)];
      const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
      return [a * 256 + b, c * 256 + d];
    });
}
