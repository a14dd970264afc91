/**
 * Backup and restore of the embedded stores. Each store is a file of its own and is copied as it stands at one moment,
 * sessions first: whatever a file refers to is then in a file that was copied later. Uploads are left out: they are
 * worked through once, within minutes, and whoever sent one still has it.
 */
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Clock } from './clock.ts';
import { checkSqlite, copySqlite, demandUnused, flush } from './databases/sqlite-backup.ts';
import { StoreError } from './errors.ts';
import { EMBEDDED, type EmbeddedStore, prepareFolder, RESTORING, type StoreSettings } from './open.ts';

type Settings = Pick<StoreSettings, 'dataFolder' | 'mongodbUrl' | 'redisUrl'>;

const fileOf = (store: EmbeddedStore) => `${store}.sqlite`;
/** In no backup, so a restore leaves none: a job would go on with people whom the restored accounts do not have. */
const UPLOADS = 'uploads.sqlite';
/** Development keeps its secrets beside the data that they opened; production has them in its settings. */
const SECRETS = 'development-secrets.json';

/**
 * Copies the embedded stores into a new folder, while Foyer runs or not. The folder appears when it is complete.
 * Throws StoreError when it exists already, or when there is nothing to copy. Returns what was copied.
 */
export async function backUpStores(settings: Settings, folder: string): Promise<EmbeddedStore[]> {
  const { dataFolder } = settings;
  const stores = embeddedStores(settings);
  const missing = stores.find((store) => !existsSync(join(dataFolder, fileOf(store))));
  if (missing) throw new StoreError(`There is no ${fileOf(missing)} in ${resolve(dataFolder)}`);
  const target = resolve(folder);
  if (existsSync(target) && (await readdir(target)).length > 0)
    throw new StoreError(`${target} is there already. A backup is written to a folder of its own.`);

  const unfinished = `${target}.unfinished-${process.pid}`;
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  try {
    for (const store of stores)
      await copySqlite(join(dataFolder, fileOf(store)), join(unfinished, fileOf(store)));
    if (existsSync(join(dataFolder, SECRETS)))
      await copyFile(join(dataFolder, SECRETS), join(unfinished, SECRETS));
    flush(unfinished);
    await rename(unfinished, target);
    flush(dirname(target));
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
  return stores;
}

/**
 * Puts a backup in place of the embedded stores. While it does, a folder `restoring` keeps every Foyer from starting
 * on half of it; what was there before is moved into a folder beside. A backup without sessions leaves none.
 *
 * Throws StoreError when a Foyer runs on the data folder, or the backup is incomplete or damaged; NewerSchema when a
 * newer Foyer made it. Then nothing has changed. Returns what was restored, and where the former files are.
 */
export async function restoreStores(
  settings: Settings & { clock: Clock },
  folder: string,
): Promise<{ stores: EmbeddedStore[]; former?: string }> {
  const { dataFolder, clock } = settings;
  const stores = embeddedStores(settings);
  const given = stores.filter((store) => existsSync(join(folder, fileOf(store))));
  const missing = stores.find((store) => store !== 'sessions' && !given.includes(store));
  if (missing) throw new StoreError(`The backup ${resolve(folder)} has no ${fileOf(missing)}`);

  await prepareFolder(dataFolder);
  const staging = join(dataFolder, RESTORING);
  await mkdir(staging, { mode: 0o700 }).catch((error) => {
    throw new StoreError(
      `${resolve(staging)} is there: a restore runs, or was interrupted. In the latter case remove it and restore again.`,
      { cause: error },
    );
  });
  try {
    // After the folder was made: a Foyer that opens its files later will see it, and one that was earlier is seen here.
    for (const file of [...stores.map(fileOf), UPLOADS]) demandUnused(join(dataFolder, file));
    for (const store of given) await stage(store, folder, staging, clock);
    if (existsSync(join(folder, SECRETS))) await copyFile(join(folder, SECRETS), join(staging, SECRETS));
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    throw error;
  }
  const former = join(dataFolder, `replaced-${new Date(clock.now()).toISOString().replaceAll(':', '-')}`);
  const uploads = stores.includes('accounts') ? [UPLOADS] : [];
  const moved = await exchange([...stores.map(fileOf), ...uploads], { dataFolder, staging, former });
  return { stores: given, ...(moved && { former }) };
}

function embeddedStores({ dataFolder, mongodbUrl, redisUrl }: Settings): EmbeddedStore[] {
  const stores: EmbeddedStore[] = [];
  if (!redisUrl) stores.push('sessions');
  if (!mongodbUrl) stores.push('accounts', 'directory');
  if (stores.length === 0 || dataFolder === ':memory:')
    throw new StoreError(
      'Nothing is kept in a data folder here. MongoDB and Redis have tools of their own for backups.',
    );
  return stores;
}

/** Copies a file of the backup, and lets its store open it: so it is known to be sound, and is brought up to date. */
async function stage(store: EmbeddedStore, folder: string, staging: string, clock: Clock): Promise<void> {
  checkSqlite(join(folder, fileOf(store)));
  const path = join(staging, fileOf(store));
  await copyFile(join(folder, fileOf(store)), path);
  const opened = await EMBEDDED[store](path, clock);
  await opened.close();
  demandUnused(path);
  flush(path);
}

/** Moves the former files away and the new ones in; returns whether there were former ones. */
async function exchange(
  files: string[],
  { dataFolder, staging, former }: { dataFolder: string; staging: string; former: string },
): Promise<boolean> {
  let moved = false;
  for (const file of [...files, SECRETS]) {
    const [next, current] = [join(staging, file), join(dataFolder, file)];
    // A file that is in no backup stays, but for what would speak of accounts that are not there.
    if (!existsSync(next) && file !== fileOf('sessions') && file !== UPLOADS) continue;
    if (existsSync(current)) {
      await mkdir(former, { recursive: true, mode: 0o700 });
      await rename(current, join(former, file));
      moved = true;
    }
    if (existsSync(next)) await rename(next, current);
  }
  flush(dataFolder);
  await rmdir(staging);
  flush(dataFolder);
  return moved;
}
