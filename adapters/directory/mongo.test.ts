import { randomUUID } from 'node:crypto';
import { directoryContract } from './contract.ts';
import { openMongoDirectory } from './mongo.ts';

const url = process.env['MONGODB_URI'] ?? '';
const database = `test-${randomUUID()}`;
directoryContract('MongoDB', (clock) => openMongoDirectory({ url, database, clock }));
