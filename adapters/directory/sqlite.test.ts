import { join } from 'node:path';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { directoryContract } from './contract.ts';
import { openSqliteDirectory } from './sqlite.ts';

const folder = temporaryFolder();

directoryContract('SQLite', (clock) =>
  openSqliteDirectory({ path: join(folder, 'directory.sqlite'), clock }),
);
