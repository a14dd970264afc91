import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { auditCommand } from './audit-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'foyer-audit-'));
after(() => rmSync(folder, { recursive: true }));
const place = { region: 'eu-central-1', accountId: '123456789012', auditedEvents: 'configuration' } as const;
const what = { operation: 'rotate-keys', target: 'us-east-1_Pool' };

test('a command is on record, whether it succeeds or fails', async () => {
  const auditFile = join(folder, 'audit.log');
  await auditCommand({ ...place, auditFile }, what, async () => undefined);
  const failing = auditCommand({ ...place, auditFile }, what, () =>
    Promise.reject(new TypeError('no such pool')),
  );
  await assert.rejects(failing, /no such pool/);
  const lines = readFileSync(auditFile, 'utf8').trim().split('\n');
  assert.deepEqual(
    lines
      .map((line) => JSON.parse(line))
      .map(({ eventName, outcome, errorCode, requestParameters, userIdentity }) => [
        eventName,
        outcome,
        errorCode,
        requestParameters.target,
        userIdentity.type,
      ]),
    [
      ['rotate-keys', 'success', undefined, 'us-east-1_Pool', 'AWSService'],
      ['rotate-keys', 'failed', 'TypeError', 'us-east-1_Pool', 'AWSService'],
    ],
  );
});

test('what cannot be put on record is not done; without a file nothing is written', async () => {
  let runs = 0;
  const run = async () => void runs++;
  await assert.rejects(
    auditCommand({ ...place, auditFile: join(folder, 'missing', 'a') }, what, run),
    /ENOENT/,
  );
  assert.equal(runs, 0);
  await auditCommand(place, what, run);
  assert.equal(runs, 1);
});
