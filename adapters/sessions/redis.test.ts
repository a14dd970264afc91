import { randomUUID } from 'node:crypto';
import { sessionsContract } from './contract.ts';
import { openRedisSessions } from './redis.ts';

const url = process.env['REDIS_URL'] ?? '';
const prefix = `test-${randomUUID()}`;
sessionsContract('Redis', (clock) => openRedisSessions({ url, prefix, clock }));
