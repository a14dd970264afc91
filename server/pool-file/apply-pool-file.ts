/**
 * The pool file: configuration as code, applied at every start. First the whole file is rehearsed on empty stores
 * in memory, through the same operations, so that a file with a fault changes nothing and every fault is told.
 */
import { ProtocolFault } from '../api/errors.ts';
import type { Service } from '../api/operation.ts';
import { Refusal } from '../errors.ts';
import { applyFile } from './apply.ts';
import { conflicts } from './conflicts.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { InvalidPoolFile, readPoolFile } from './read.ts';
import { copyCertificates, withWhatStands } from './what-stands.ts';

/** Makes the service of a rehearsal: empty stores in memory, and no mail leaves. */
export type OpenRehearsal = () => Promise<{ service: Service; close(): Promise<void> }>;

/** @throws InvalidPoolFile naming every fault. */
export async function applyPoolFile(
  path: string,
  service: Service,
  openRehearsal: OpenRehearsal,
): Promise<void> {
  const file = readPoolFile(path);
  const rehearsal = await openRehearsal();
  try {
    await copyCertificates(service, rehearsal.service);
    const rehearsed = await withWhatStands(file, service);
    await refuseFaults(path, (fault) => applyFile(rehearsed, rehearsal.service, fault));
  } finally {
    await rehearsal.close();
  }
  await oneAtATime(service, 'pool-file', async () => {
    const contradictions = await conflicts(file, service);
    if (contradictions.length > 0) throw new InvalidPoolFile(path, contradictions);
    await refuseFaults(path, (fault) => applyFile(file, service, fault));
  });
  service.log.info({ file: path, pools: file.pools.length }, 'pool file applied');
}

async function refuseFaults(
  path: string,
  apply: (fault: (where: string, error: unknown) => void) => Promise<void>,
): Promise<void> {
  const faults: string[] = [];
  await apply((where, error) => {
    // Anything but a refusal is a fault of ours or of a store: it stops the start with its own stack.
    if (!(error instanceof Refusal || error instanceof ProtocolFault)) throw error;
    faults.push(`${where}: ${error.message}`);
  });
  if (faults.length > 0) throw new InvalidPoolFile(path, faults);
}
