import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pino } from 'pino';
import { type AuditEvent, auditRequest, openAudit, record } from './audit.ts';
import { openAuditLog, openLog } from './log.ts';

const folder = mkdtempSync(join(tmpdir(), 'foyer-audit-'));
after(() => rmSync(folder, { recursive: true }));
const linesOf = (file: string) =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

test('an event of a request is one line that says where it came from, whatever the level of the log', () => {
  const file = join(folder, 'audit.log');
  const log = openLog('silent', { worker: 3 });
  const seen: AuditEvent[] = [];
  const audit = openAudit(openAuditLog(log, file), (event) => seen.push(event));
  const request = { state: {} };
  auditRequest(request, audit, { requestId: 'r1', address: '192.0.2.7' });
  record(request, { event: 'sign-in', outcome: 'refused', reason: 'credentials-wrong', pool: 'p' });
  const [{ time, ...line }, ...more] = linesOf(file);
  assert.ok(Number.isFinite(Date.parse(time)));
  assert.deepEqual(line, {
    level: 'info',
    worker: 3,
    audit: true,
    event: 'sign-in',
    outcome: 'refused',
    reason: 'credentials-wrong',
    pool: 'p',
    requestId: 'r1',
    address: '192.0.2.7',
    msg: 'audit',
  });
  assert.deepEqual(more, []);
  assert.equal(seen.length, 1);
});

test('the file is its owner’s alone, and a later start appends to it', () => {
  const file = join(folder, 'twice.log');
  for (const requestId of ['r1', 'r2'])
    openAudit(openAuditLog(openLog('info'), file))({ event: 'sign-out', outcome: 'success', requestId });
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.deepEqual(
    linesOf(file).map(({ requestId }) => requestId),
    ['r1', 'r2'],
  );
});

test('a file that cannot be opened stops the start', () => {
  assert.throws(() => openAuditLog(openLog('silent'), join(folder, 'missing', 'audit.log')), /ENOENT/);
});

test('a full disk stops nobody, and is told in the log', () => {
  const said: string[] = [];
  const log = pino({}, { write: (line: string) => void said.push(line) });
  openAudit(openAuditLog(log, '/dev/full'))({ event: 'sign-out', outcome: 'success', requestId: 'r1' });
  assert.match(said[0] ?? '', /ENOSPC.*the audit file cannot be written/);
});

test('where nobody listens an event does no harm', () => {
  record({ state: {} }, { event: 'sign-out', outcome: 'success' });
});
