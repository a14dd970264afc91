import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readCertificateFiles } from './certificate-files.ts';
import { readChain } from './certificate-pair.ts';
import { selfSignedFiles } from './self-signed.ts';

const DAY = 24 * 3_600_000;
const NOW = Date.parse('2026-11-05T10:00:00Z');
const NAMES = ['foyer.test', '*.auth.us-east-1.pools.test', 'localhost', '127.0.0.1', '::1'];

const folder = mkdtempSync(join(tmpdir(), 'foyer-tls-'));
after(() => rmSync(folder, { recursive: true }));

const made = (name: string, names = NAMES, now = NOW) => {
  const files = selfSignedFiles(join(folder, name), names, now);
  return { files, ...readCertificateFiles(files, now), authority: readFileSync(files.authority, 'utf8') };
};

test('development makes a certificate for all its names, signed by an authority that can be trusted', () => {
  const { files, chain, authority } = made('new');
  const facts = readChain(chain);
  for (const host of ['foyer.test', 'acme.auth.us-east-1.pools.test', 'localhost', '127.0.0.1', '::1'])
    assert.ok(facts.covers(host), host);
  const [own, ca] = [new X509Certificate(chain), new X509Certificate(authority)];
  assert.ok(ca.ca && !own.ca);
  assert.ok(own.checkIssued(ca) && own.verify(ca.publicKey));
  assert.ok(facts.validTo - facts.validFrom <= 825 * DAY, 'longer ones are refused by some systems');
  assert.equal(statSync(files.key).mode & 0o77, 0, 'nobody else may read the key');
  assert.deepEqual(readdirSync(join(folder, 'new', 'tls')).sort(), [
    'authority.pem',
    'certificate.pem',
    'key.pem',
  ]);
  assert.deepEqual(readdirSync(join(folder, 'new')), ['tls'], 'no drafts are left, no key of the authority');
});

test('a later start finds it again; other names, its end and a damaged file make another', () => {
  const first = made('again');
  assert.equal(made('again').chain, first.chain);
  assert.equal(made('again', NAMES.slice(1)).chain, first.chain, 'fewer names need no other');
  const moved = made('again', [...NAMES, 'other.test']);
  assert.notEqual(moved.authority, first.authority);
  const later = made('again', NAMES, NOW + 780 * DAY);
  assert.notEqual(later.chain, moved.chain);
  writeFileSync(later.files.key, first.key);
  assert.notEqual(made('again', NAMES, NOW + 780 * DAY).chain, later.chain);
});
