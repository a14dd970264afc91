/** `foyer backup`: a copy of the embedded stores, beside the processes that run. */
import { resolve } from 'node:path';
import { backUpStores } from '#adapters/backup.ts';
import type { ProcessSettings } from './settings/process.ts';

export async function backUp(settings: ProcessSettings, folder: string): Promise<void> {
  const stores = await backUpStores(settings, folder);
  process.stdout.write(`${stores.join(', ')} of ${settings.dataFolder} copied to ${resolve(folder)}.\n`);
  if (settings.mode === 'production')
    process.stdout.write(
      'Keep FOYER_MASTER_SECRET with it, elsewhere: without it stored keys stay sealed.\n',
    );
}
