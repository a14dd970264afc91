/**
 * Baseline: the password hash and nothing else, on as many threads as Foyer hashes on. For each message `{ seconds }`
 * it hashes for so long and answers with what it did. Arguments: password hash, threads.
 */
import { verify } from '@node-rs/argon2';
import type { Amount } from './contestant.ts';
import { measureLoad } from './load/measure-load.ts';
import { SCENE } from './scene.ts';

const [passwordHash = '', threads = ''] = process.argv.slice(2);
const thread = async () => {
  if (!(await verify(passwordHash, SCENE.password))) throw new Error('The hash is not of the password');
};

process.on('message', async (amount: Amount) => {
  process.send?.(await measureLoad(Array(Number(threads)).fill(thread), amount));
});
// Ends with the benchmark, however that ends.
process.on('disconnect', () => process.exit());
