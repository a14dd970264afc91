import { join } from 'node:path';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { accountsContract } from './contract.ts';
import { openSqliteAccounts } from './sqlite.ts';

const folder = temporaryFolder();

accountsContract('SQLite', () => openSqliteAccounts({ path: join(folder, 'accounts.sqlite') }));
