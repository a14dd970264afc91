import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pino } from 'pino';
import { type AuditEvent, auditRequest, openAudit, record, userAgentOf } from './audit.ts';
import { openAuditLog, openLog } from './log.ts';

const settings = { region: 'eu-central-1', accountId: '123456789012', auditedEvents: 'all' } as const;
const folder = mkdtempSync(join(tmpdir(), 'foyer-audit-'));
after(() => rmSync(folder, { recursive: true }));
const linesOf = (file: string) =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

test('an event of a request is one entry that says where it came from, whatever the level of the log', () => {
  const file = join(folder, 'audit.log');
  const log = openLog('silent', { worker: 3 });
  const seen: AuditEvent[] = [];
  const audit = openAudit(openAuditLog(log, file), settings, (event) => seen.push(event));
  const request = { state: {} };
  auditRequest(request, audit, { requestId: 'r1', address: '192.0.2.7', userAgent: 'a browser' });
  record(request, {
    event: 'sign-in',
    outcome: 'refused',
    reason: 'credentials-wrong',
    pool: 'us-east-1_Pool',
    client: 'c',
    account: 'a',
  });
  const [{ time, eventTime, eventID, ...line }, ...more] = linesOf(file);
  assert.ok(Number.isFinite(Date.parse(time)));
  assert.match(eventTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.match(eventID, /^[0-9a-f-]{36}$/);
  assert.deepEqual(line, {
    level: 'info',
    worker: 3,
    audit: true,
    eventVersion: '1.08',
    userIdentity: { type: 'Unknown', principalId: 'Anonymous' },
    eventSource: 'cognito-idp.amazonaws.com',
    eventName: 'sign-in',
    awsRegion: 'us-east-1',
    sourceIPAddress: '192.0.2.7',
    userAgent: 'a browser',
    errorCode: 'credentials-wrong',
    errorMessage: 'Incorrect username or password.',
    requestParameters: null,
    responseElements: null,
    additionalEventData: { userPoolId: 'us-east-1_Pool', clientId: 'c', sub: 'a' },
    requestID: 'r1',
    readOnly: false,
    eventType: 'AwsServiceEvent',
    managementEvent: true,
    eventCategory: 'Management',
    recipientAccountId: '123456789012',
    outcome: 'refused',
    msg: 'audit',
  });
  assert.deepEqual(more, []);
  assert.equal(seen.length, 1);
});

test('only calls about the configuration are written where the settings say so, and all are counted', () => {
  const file = join(folder, 'configuration.log');
  const seen: AuditEvent[] = [];
  const audit = openAudit(
    openAuditLog(openLog('silent'), file),
    { ...settings, auditedEvents: 'configuration' },
    (event) => seen.push(event),
  );
  const call = { event: 'api-call', outcome: 'success', requestId: 'r' } as const;
  audit({ ...call, operation: 'UpdateUserPool' });
  audit({ ...call, operation: 'AdminCreateUser' });
  audit({ ...call, event: 'sign-in' });
  audit({ ...call, event: 'command', operation: 'rotate-keys' });
  assert.deepEqual(
    linesOf(file).map(({ eventName }) => eventName),
    ['UpdateUserPool', 'rotate-keys'],
  );
  assert.equal(seen.length, 4);
});

test('what a client calls itself is kept short', () => {
  const request = (agent: string) => ({ headers: { 'user-agent': agent } }) as IncomingMessage;
  assert.equal(userAgentOf(request('curl/8')), 'curl/8');
  assert.equal(userAgentOf(request('x'.repeat(5000)))?.length, 256);
});

test('the file is its owner’s alone, and a later start appends to it', () => {
  const file = join(folder, 'twice.log');
  for (const requestId of ['r1', 'r2'])
    openAudit(
      openAuditLog(openLog('info'), file),
      settings,
    )({ event: 'sign-out', outcome: 'success', requestId });
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.deepEqual(
    linesOf(file).map(({ requestID }) => requestID),
    ['r1', 'r2'],
  );
});

test('a file that cannot be opened stops the start', () => {
  assert.throws(() => openAuditLog(openLog('silent'), join(folder, 'missing', 'audit.log')), /ENOENT/);
});

test('a full disk stops nobody, and is told in the log', () => {
  const said: string[] = [];
  const log = pino({}, { write: (line: string) => void said.push(line) });
  openAudit(
    openAuditLog(log, '/dev/full'),
    settings,
  )({ event: 'sign-out', outcome: 'success', requestId: 'r1' });
  assert.match(said[0] ?? '', /ENOSPC.*the audit file cannot be written/);
});

test('where nobody listens an event does no harm', () => {
  record({ state: {} }, { event: 'sign-out', outcome: 'success' });
});
