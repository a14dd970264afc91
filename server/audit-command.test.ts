import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { auditCommand } from './audit-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'foyer-audit-'));
after(() => rmSync(folder, { recursive: true }));
const what = { operation: 'rotate-keys', target: 'us-east-1_Pool' };

test('a command is on record, whether it succeeds or fails', async () => {
  const auditFile = join(folder, 'audit.log');
  await auditCommand({ auditFile }, what, async () => undefined);
  const failing = auditCommand({ auditFile }, what, () => Promise.reject(new TypeError('no such pool')));
  await assert.rejects(failing, /no such pool/);
  const lines = readFileSync(auditFile, 'utf8').trim().split('\n');
  assert.deepEqual(
    lines
      .map((line) => JSON.parse(line))
      .map(({ event, outcome, reason, operation, target }) => [event, outcome, reason, operation, target]),
    [
      ['command', 'success', undefined, 'rotate-keys', 'us-east-1_Pool'],
      ['command', 'failed', 'TypeError', 'rotate-keys', 'us-east-1_Pool'],
    ],
  );
});

test('what cannot be put on record is not done; without a file nothing is written', async () => {
  let runs = 0;
  const run = async () => void runs++;
  await assert.rejects(auditCommand({ auditFile: join(folder, 'missing', 'a') }, what, run), /ENOENT/);
  assert.equal(runs, 0);
  await auditCommand({}, what, run);
  assert.equal(runs, 1);
});
