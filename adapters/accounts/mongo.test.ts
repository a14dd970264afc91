import { randomUUID } from 'node:crypto';
import { accountsContract } from './contract.ts';
import { openMongoAccounts } from './mongo.ts';

const url = process.env['MONGODB_URI'] ?? '';
const database = `test-${randomUUID()}`;
accountsContract('MongoDB', () => openMongoAccounts({ url, database, clock: { now: () => Date.now() } }));
