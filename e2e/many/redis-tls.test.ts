/** A Redis that speaks TLS only to those who ask for it, with a certificate of an authority of one's own. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startRedisServer } from '../../adapters/testing/redis-servers.ts';
import { makeAuthority } from '../../server/tls/authority.ts';
import { freePort } from '../free-port.ts';
import { hostedAt, redeem, signIn, signUpAndConfirm } from '../person.ts';
import { startFoyer } from '../start.ts';
import { storyPool } from '../story-pool.ts';

const HOUR_MS = 3_600_000;
const validity = { validFrom: Date.now() - HOUR_MS, validTo: Date.now() + 24 * HOUR_MS };
const folder = mkdtempSync(join(tmpdir(), 'foyer-redis-tls-'));
after(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

const authority = makeAuthority('The operator', validity);
const trusted = file('authority.pem', authority.certificate);

/** The port at which a Redis speaks TLS, with a certificate for this host. */
async function startTlsRedis(host: string): Promise<number> {
  const { chain, key } = authority.issue({ names: [host], ...validity });
  const port = await freePort();
  await startRedisServer([
    ...['--tls-port', String(port), '--tls-auth-clients', 'no', '--tls-ca-cert-file', trusted],
    ...['--tls-cert-file', file(`${host}.pem`, chain), '--tls-key-file', file(`${host}.key`, key)],
  ]);
  return port;
}

test('people sign in with sessions in a Redis behind TLS, whose authority is trusted', async () => {
  const foyer = await startFoyer({
    poolFile: storyPool(),
    env: {
      FOYER_REDIS_URL: `rediss://localhost:${await startTlsRedis('localhost')}`,
      NODE_EXTRA_CA_CERTS: trusted,
    },
  });
  const email = 'mina@example.com';
  await signUpAndConfirm(foyer, email);
  const { status } = await redeem(hostedAt(foyer), await signIn(hostedAt(foyer), email));
  assert.equal(status, 200);
});

test('a Redis whose certificate nobody vouches for, or that is for another host, stops the start', async () => {
  const wrong: Record<string, string>[] = [
    { FOYER_REDIS_URL: `rediss://:pass-word@localhost:${await startTlsRedis('localhost')}` },
    {
      FOYER_REDIS_URL: `rediss://:pass-word@localhost:${await startTlsRedis('redis.example.com')}`,
      NODE_EXTRA_CA_CERTS: trusted,
    },
  ];
  await Promise.all(
    wrong.map((env) =>
      assert.rejects(startFoyer({ env }), ({ message }: Error) => {
        assert.match(message, /ended with code 1 before it was ready/);
        assert.match(message, /certificate|altnames/i);
        assert.doesNotMatch(message, /pass-word/);
        return true;
      }),
    ),
  );
});
