import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { after, test } from 'node:test';
import type { SecureContext } from 'node:tls';
import { pino } from 'pino';
import { type DirectoryStores, INSTALLATION } from '#adapters/directory/store.ts';
import { Unavailable } from '#adapters/errors.ts';
import { openStores } from '#adapters/open.ts';
import { openVault } from '../vault.ts';
import { makeAuthority } from './authority.ts';
import { sealCertificateKey } from './certificate-key.ts';
import { openHostCertificates } from './host-certificates.ts';

const NOW = Date.parse('2026-11-05T10:00:00Z');
const validity = { validFrom: NOW - 1000, validTo: NOW + 1_000_000 };
const authority = makeAuthority('Authority of the tests', validity);
const pairs = ['first', 'second'].map(() => authority.issue({ names: ['auth.acme.test'], ...validity }));
const [first = { chain: '', key: '' }, second = first] = pairs;
const HOST = 'auth.acme.test';
const ARN = 'arn:aws:acm:us-east-1:000000000000:certificate/1';
const POOL = 'us-east-1_Acme';

/** A world of its own: a store with one custom domain, and the hosts of a process on it. */
async function openWorld(settings: { domainSuffix?: string } = {}) {
  const clock = { at: NOW, now: () => clock.at };
  const stores = await openStores({ dataFolder: ':memory:', clock });
  after(() => stores.close());
  const vault = openVault('a master secret for tests only, 0123456789');
  const lines: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
  const asked: string[] = [];
  /** What the next look-ups wait for, or fail with. */
  const state: { wait?: Promise<void>; fault?: Error } = {};
  const directory: DirectoryStores = Object.assign(Object.create(stores.directory), {
    find: (async (kind, id) => {
      asked.push(id);
      if (state.fault) throw state.fault;
      const found = await stores.directory.find(kind, id);
      await state.wait;
      return found;
    }) as DirectoryStores['find'],
  });
  const pool = stores.directory.forPool(POOL);
  const record = (pair = first) => ({
    chain: pair.chain,
    sealedKey: sealCertificateKey(vault, ARN, pair.key),
  });
  await stores.directory.installation.create('certificate', ARN, record());
  await pool.create('domain', HOST, {
    kind: 'custom',
    status: 'ACTIVE',
    version: '1',
    managedLoginVersion: 1,
    certificateArn: ARN,
  });
  const hosts = openHostCertificates({
    directory,
    vault,
    clock,
    log,
    settings: { publicUrl: 'https://id.foyer.test', ...settings },
  });
  const renew = () => stores.directory.installation.update('certificate', ARN, () => record(second));
  return { hosts, clock, asked, lines, state, pool, renew, installation: stores.directory.installation };
}

const serialOf = (context: SecureContext | undefined): string | undefined => {
  const der = (context?.context as { getCertificate?(): Buffer } | undefined)?.getCertificate?.();
  return der && new X509Certificate(der).serialNumber;
};
const serial = ({ chain }: { chain: string }) => new X509Certificate(chain).serialNumber;

test('HUI-56 a host has the certificate of its domain, whatever the case; it is looked up once', async () => {
  const { hosts, asked } = await openWorld();
  const contexts = await Promise.all([HOST, HOST.toUpperCase(), HOST].map(hosts.contextFor));
  for (const context of contexts) assert.equal(serialOf(context), serial(first));
  assert.deepEqual(asked, [HOST]);
});

test('names that cannot be a custom domain are never looked up', async () => {
  const { hosts, asked } = await openWorld({ domainSuffix: 'pools.test' });
  for (const name of [
    ...['id.foyer.test', 'acme.auth.us-east-1.pools.test', 'pools.test', 'localhost', 'acme'],
    ...['', '.', 'a..b', '*.acme.test', 'ü.test', 'a b.test', `${'a'.repeat(70)}.test`, '[::1]'],
  ])
    assert.equal(await hosts.contextFor(name), undefined, name);
  assert.deepEqual(asked, []);
});

test('a name that nobody owns is asked for once a second, and at once after a change', async () => {
  const { hosts, asked, clock } = await openWorld();
  const other = 'nobody.acme.test';
  for (const _ of [1, 2, 3]) assert.equal(await hosts.contextFor(other), undefined);
  assert.equal(asked.length, 1);
  clock.at += 1000;
  await hosts.contextFor(other);
  assert.equal(asked.length, 2);
  hosts.changed('us-east-1_Another');
  await hosts.contextFor(other);
  assert.equal(asked.length, 3);
});

test('HUI-58 a renewal is served once it is told, and changes of other pools cost nothing', async () => {
  const { hosts, asked, renew } = await openWorld();
  await hosts.contextFor(HOST);
  await renew();
  hosts.changed('us-east-1_Another');
  assert.equal(serialOf(await hosts.contextFor(HOST)), serial(first));
  assert.equal(asked.length, 1);
  hosts.changed(INSTALLATION);
  assert.equal(serialOf(await hosts.contextFor(HOST)), serial(second));
});

test('a look-up that began before a change is not taken for the truth after it', async () => {
  const { hosts, state, renew, pool } = await openWorld();
  let go = () => {};
  state.wait = new Promise((resolve) => {
    go = resolve;
  });
  // Its domain is read, and it waits; then the domain goes.
  const early = hosts.contextFor(HOST);
  await pool.remove('domain', HOST);
  await renew();
  hosts.changed(POOL);
  state.wait = undefined;
  go();
  await early;
  assert.equal(await hosts.contextFor(HOST), undefined);
});

test('while the store is away a host keeps what it last had; one that was never seen fails', async () => {
  const { hosts, state, lines, renew } = await openWorld();
  await hosts.contextFor(HOST);
  state.fault = new Unavailable('directory');
  hosts.changed(INSTALLATION);
  assert.equal(serialOf(await hosts.contextFor(HOST)), serial(first));
  await assert.rejects(hosts.contextFor('new.acme.test'), Unavailable);
  assert.equal(lines.length, 2);
  state.fault = undefined;
  await renew();
  assert.equal(serialOf(await hosts.contextFor(HOST)), serial(second), 'and follows again once it is back');
});

test('a certificate whose key does not open leaves the process its own, and says so', async () => {
  const { hosts, installation, lines, pool } = await openWorld();
  await installation.update('certificate', ARN, ({ chain }) => ({ chain, sealedKey: 'v1.none' }));
  assert.equal(await hosts.contextFor(HOST), undefined);
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? '', /a stored certificate cannot be used/);
  assert.doesNotMatch(lines.join(), /PRIVATE|MII/);
  await pool.update('domain', HOST, (domain) => ({ ...domain, certificateArn: `${ARN}0` }));
  hosts.changed(POOL);
  assert.equal(await hosts.contextFor(HOST), undefined, 'a certificate that is gone likewise');
});
