import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pino } from 'pino';
import { makeAuthority } from './authority.ts';
import { type CertificateFiles, readCertificateFiles, watchCertificateFiles } from './certificate-files.ts';
import type { CertificatePair } from './certificate-pair.ts';

const DAY = 24 * 3_600_000;
const NOW = Date.parse('2026-11-05T10:00:00Z');
const validity = { validFrom: NOW - DAY, validTo: NOW + 90 * DAY };
const authority = makeAuthority('Authority of the tests', validity);
const issue = () => authority.issue({ names: ['a.test'], ...validity });
const [first, second, third] = [issue(), issue(), issue()];

const folder = mkdtempSync(join(tmpdir(), 'foyer-tls-'));
after(() => rmSync(folder, { recursive: true }));

function write(files: CertificateFiles, pair: Partial<CertificatePair>): void {
  if (pair.chain) writeFileSync(files.certificate, pair.chain);
  if (pair.key) writeFileSync(files.key, pair.key);
}

/** Files with the first pair, watched; what was told, and what was logged. */
function watched(name: string) {
  const files = { certificate: join(folder, `${name}.pem`), key: join(folder, `${name}-key.pem`) };
  write(files, first);
  const told: CertificatePair[] = [];
  const lines: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
  const watch = watchCertificateFiles(files, { clock: { now: () => NOW }, log }, (pair) => told.push(pair));
  after(() => watch.stop());
  return { files, told, lines, look: watch.look };
}

test('files are read, and a fault names the file and shows nothing of the key', () => {
  const files = { certificate: join(folder, 'read.pem'), key: join(folder, 'read-key.pem') };
  assert.throws(() => readCertificateFiles(files, NOW), {
    message: `${files.certificate} cannot be read (ENOENT).`,
  });
  write(files, first);
  assert.deepEqual(readCertificateFiles(files, NOW), first);
  write(files, { key: second.key });
  assert.throws(
    () => readCertificateFiles(files, NOW),
    (error: Error) => {
      assert.equal(
        error.message,
        `The certificate ${files.certificate} with the key ${files.key} does not fit its key.`,
      );
      return true;
    },
  );
});

test('a replaced pair is told once, in whichever order its files come', () => {
  const { files, told, lines, look } = watched('replaced');
  look();
  assert.deepEqual(told, []);
  write(files, { chain: second.chain });
  look();
  look();
  assert.deepEqual(told, [], 'half of a new pair is none');
  assert.equal(lines.length, 1, 'said once');
  write(files, { key: second.key });
  look();
  look();
  assert.deepEqual(told, [second]);
  write(files, { key: third.key });
  look();
  write(files, { chain: third.chain });
  look();
  assert.deepEqual(told, [second, third]);
  assert.doesNotMatch(lines.join(), /PRIVATE|MII/);
});

test('a bad pair, and none at all, leave the old one in place until a good one comes', () => {
  const { files, told, lines, look } = watched('bad');
  write(files, { chain: 'no certificate' });
  look();
  rmSync(files.key);
  look();
  assert.deepEqual(told, []);
  assert.equal(lines.length, 2);
  assert.match(lines.join(), /the old one stays/);
  write(files, second);
  look();
  assert.deepEqual(told, [second]);
});

test('a link that is pointed elsewhere is a change', () => {
  const root = join(folder, 'mount');
  for (const [name, pair] of [
    ['one', first],
    ['two', second],
  ] as const) {
    mkdirSync(join(root, name), { recursive: true });
    write({ certificate: join(root, name, 'tls.crt'), key: join(root, name, 'tls.key') }, pair);
  }
  symlinkSync('one', join(root, 'now'));
  const files = { certificate: join(root, 'now', 'tls.crt'), key: join(root, 'now', 'tls.key') };
  const told: CertificatePair[] = [];
  const log = pino({ level: 'silent' });
  const watch = watchCertificateFiles(files, { clock: { now: () => NOW }, log }, (pair) => told.push(pair));
  symlinkSync('two', join(root, 'next'));
  renameSync(join(root, 'next'), join(root, 'now'));
  watch.look();
  watch.stop();
  assert.deepEqual(told, [second]);
});

test('a pair that is replaced while it is first read is told as a change', () => {
  const files = { certificate: join(folder, 'start.pem'), key: join(folder, 'start-key.pem') };
  write(files, first);
  const told: CertificatePair[] = [];
  const log = pino({ level: 'silent' });
  const now = () => {
    write(files, told.length ? {} : second);
    return NOW;
  };
  const watch = watchCertificateFiles(files, { clock: { now }, log }, (pair) => told.push(pair));
  watch.look();
  watch.stop();
  assert.deepEqual(told, [second]);
});
