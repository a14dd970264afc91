import { randomUUID } from 'node:crypto';
import { openAudit } from './audit.ts';
import { openAuditLog, openLog } from './log.ts';
import type { ProcessSettings } from './settings/process.ts';

/**
 * Runs a command of the operator's and records it where the audit has a file; standard output belongs to the command.
 * Throws what the command throws.
 */
export async function auditCommand(
  { auditFile, ...settings }: Pick<ProcessSettings, 'auditFile' | 'auditedEvents' | 'region' | 'accountId'>,
  { operation, target }: { operation: string; target?: string },
  run: () => Promise<void>,
): Promise<void> {
  if (!auditFile) return run();
  // Opened first: what cannot be put on record is not done.
  const audit = openAudit(openAuditLog(openLog('silent'), auditFile), settings);
  const call = { parameters: target === undefined ? null : { target } };
  const event = { event: 'command', accessKey: 'process', requestId: randomUUID(), operation, call } as const;
  try {
    await run();
    audit({ ...event, outcome: 'success' });
  } catch (error) {
    audit({ ...event, outcome: 'failed', reason: error instanceof Error ? error.name : undefined });
    throw error;
  }
}
