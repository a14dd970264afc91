/**
 * Keys that a client publishes at its `jwks_uri`. They are read when a request brings something that they signed, kept as
 * keys of providers are, and handed to the library as if they stood in the client's settings: the library itself would go
 * on believing a key that was taken away, for as long as no other signature fails.
 */
import Provider, { type AdapterPayload } from 'oidc-provider';
import type { Outgoing } from '#federation/fetch.ts';
import { publicJwks } from '../../configuration/openid/public-jwk.ts';
import type { Pool } from '../../pool.ts';

type Reading = Pick<Pool, 'federation' | 'clock' | 'log'>;
type Jwk = Record<string, unknown> & { kid?: string | undefined };

interface Published {
  keys: Jwk[];
  readAt: number;
}

/** A key that is taken away, and one that is new under an old name, is noticed this soon. */
const FRESH_MS = 5 * 60_000;
/** While the address does not answer, what was read last is good this long. */
const USABLE_MS = 60 * 60_000;
/** Anybody can send what bears the name of a client and of a key that is not there, and make us ask its address again. */
const PAUSE_MS = 30_000;
const MOST_KEYS = 20;

/** The metadata with the keys in it, where the request that the library works on has something to verify by them. */
export async function withPublishedKeys(pool: Reading, metadata: AdapterPayload): Promise<AdapterPayload> {
  if (typeof metadata.jwks_uri !== 'string') return metadata;
  const signed = signedParts();
  if (signed.length === 0) return metadata;
  const { jwks_uri: url, ...rest } = metadata;
  return { ...rest, jwks: { keys: await keysAt(pool, url, signed.flatMap(kidOf)) } };
}

/** What a client signs with its keys and sends us. */
function signedParts(): string[] {
  const { params, body } = Provider.ctx?.oidc ?? {};
  return [params?.['client_assertion'], params?.['request'], body?.['request']].filter(
    (part) => typeof part === 'string',
  );
}

/** None when they cannot be read: nothing can be verified then, which is told to the operator alone. */
async function keysAt({ federation, clock, log }: Reading, url: string, named: string[]): Promise<Jwk[]> {
  if (!federation) return [];
  const { outgoing } = federation;
  const read = (insufficient?: Published) =>
    outgoing.remember(
      `client keys ${url}`,
      () => load(outgoing, clock.now(), url),
      insufficient && { insufficient },
    );
  try {
    const known = await read();
    const lacks = named.some((kid) => !known.keys.some((key) => key.kid === kid));
    return lacks && clock.now() >= known.readAt + PAUSE_MS ? (await read(known)).keys : known.keys;
  } catch (err) {
    log.warn({ err, jwksUri: url }, 'the keys of a client cannot be read');
    return [];
  }
}

async function load({ fetch }: Pick<Outgoing, 'fetch'>, now: number, url: string) {
  const answer = await fetch(url, {
    purpose: 'jwks_uri of a client',
    headers: { accept: 'application/json' },
  });
  if (answer.status !== 200) throw new Error(`jwks_uri answered ${answer.status}`);
  const { keys } = (await answer.json()) as { keys?: unknown };
  if (!Array.isArray(keys)) throw new Error('jwks_uri answered no key set');
  return {
    value: { keys: keys.flatMap(usable).slice(0, MOST_KEYS), readAt: now },
    freshUntil: now + FRESH_MS,
    usableUntil: now + USABLE_MS,
  };
}

/** A set may hold keys that mean nothing to us, and they are passed over (RFC 7517 section 5). */
function usable(key: unknown): Jwk[] {
  return (publicJwks.safeParse({ keys: [key] }).data?.keys as Jwk[] | undefined) ?? [];
}

function kidOf(jwt: string): string[] {
  try {
    const header = JSON.parse(Buffer.from(jwt.split('.')[0] ?? '', 'base64url').toString());
    return typeof header?.kid === 'string' ? [header.kid] : [];
  } catch {
    return [];
  }
}
