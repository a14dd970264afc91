import { join } from 'node:path';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { sessionsContract } from './contract.ts';
import { openSqliteSessions } from './sqlite.ts';

const folder = temporaryFolder();

sessionsContract('SQLite', (clock) => openSqliteSessions({ path: join(folder, 'sessions.sqlite'), clock }));
