import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

/** A folder that is gone when the tests of the file are over. For tests. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'foyer-adapters-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
