import { mongoDatabase } from '../testing/mongo-database.ts';
import { UNHURRIED_MS } from '../testing/unhurried.ts';
import { uploadsContract } from './contract.ts';
import { openMongoUploads } from './mongo.ts';

const { url, database } = mongoDatabase();

uploadsContract('MongoDB', (clock) => openMongoUploads({ url, database, patienceMs: UNHURRIED_MS, clock }));
