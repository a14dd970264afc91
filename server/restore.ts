/** `foyer restore`: a backup in place of the embedded stores, while no Foyer runs on them. */
import { resolve } from 'node:path';
import { restoreStores } from '#adapters/backup.ts';
import { systemClock } from './clock.ts';
import type { ProcessSettings } from './settings/process.ts';

export async function restore(settings: ProcessSettings, folder: string): Promise<void> {
  const { stores, former } = await restoreStores({ ...settings, clock: systemClock }, folder);
  process.stdout.write(`${stores.join(', ')} restored from ${resolve(folder)} to ${settings.dataFolder}.\n`);
  if (former) process.stdout.write(`What was there before is in ${former}; remove it when all is well.\n`);
}
