/**
 * Fills a pool with people who have the scene's password. Copies of the one person that the pool file made: what is
 * stored is what the product itself stored, with another number. The sealed SRP verifier alone belongs to one account:
 * the first few get a true one, all others one that says of itself that it is in order, so that no sign-in makes it anew.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Account } from '#adapters/accounts/store.ts';
import { openStores } from '#adapters/open.ts';
import { sealedVerifier } from '../server/accounts/password-proof.ts';
import { openVault, type Vault } from '../server/vault.ts';
import { personNamed, SCENE, SRP_PEOPLE } from './scene.ts';
import type { Foyer } from './start-foyer.ts';

/** How many the shared stores are given at once. */
const AT_ONCE = 50;

export interface Filled {
  passwordHash: string;
}

/** @param people how many there are afterwards */
export async function fillAccounts({ env, dataFolder, target }: Foyer, people: number): Promise<Filled> {
  const stores = await openStores({
    dataFolder,
    mongodbUrl: env['FOYER_MONGODB_URL'],
    mongodbDatabase: env['FOYER_MONGODB_DATABASE'],
    redisUrl: env['FOYER_REDIS_URL'],
    redisPrefix: env['FOYER_REDIS_PREFIX'],
    clock: { now: Date.now },
  });
  try {
    const accounts = stores.accounts.forPool(SCENE.poolId);
    const template = await accounts.findByName('email', personNamed(0));
    if (!template?.passwordHash) throw new Error('The pool file made nobody to copy');
    if (people <= target.people) return { passwordHash: template.passwordHash };
    const verifiers = await verifiersFor(openVault(env['FOYER_MASTER_SECRET'] ?? ''), template);
    if (env['FOYER_MONGODB_URL']) {
      for (let from = target.people; from < people; from += AT_ONCE) {
        const copies = Array.from({ length: Math.min(AT_ONCE, people - from) }, (_, i) =>
          copyOf(template, from + i, verifiers),
        );
        await Promise.all(copies.map((copy) => accounts.create(copy)));
      }
    } else copyRows(join(dataFolder, 'accounts.sqlite'), template, target.people, people, verifiers);
    target.people = people;
    return { passwordHash: template.passwordHash };
  } finally {
    await stores.close();
  }
}

/** The number goes first, scattered: real ids are random, and rows in order would be kinder to an index. */
const idOf = (index: number) =>
  `${((index * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, '0')}-0000-4000-8000-${index.toString(16).padStart(12, '0')}`;

/** The sealed verifier of the person with this number. */
async function verifiersFor(vault: Vault, template: Account): Promise<(index: number) => string> {
  const pool = { id: SCENE.poolId, vault };
  const { passwordHash = '', srpVerifier = '' } = template;
  const text = vault.open('srp-verifier', `${pool.id}/${template.id}`, srpVerifier);
  const numbers = Array.from({ length: SRP_PEOPLE }, (_, index) => index);
  const real = await Promise.all(
    numbers.map((index) => {
      const id = idOf(index);
      const username = template.username.replaceAll(template.id, id);
      return sealedVerifier(pool, { id, username, passwordHash }, SCENE.password);
    }),
  );
  return (index) => real[index] ?? vault.seal('srp-verifier', `${pool.id}/${idOf(index)}`, text);
}

function copyOf(template: Account, index: number, verifierOf: (index: number) => string): Account {
  const text = JSON.stringify(template)
    .replaceAll(template.id, idOf(index))
    .replaceAll(personNamed(0), personNamed(index));
  return { ...(JSON.parse(text) as Account), srpVerifier: verifierOf(index) };
}

/** The same in SQL. One flush to the disk for each account, as the store promises, would take an hour for a million. */
function copyRows(
  path: string,
  template: Account,
  from: number,
  to: number,
  verifierOf: (index: number) => string,
): void {
  const db = new DatabaseSync(path, { timeout: 10_000 });
  db.function('id_of', { deterministic: true }, (index) => idOf(Number(index)));
  db.function('name_of', { deterministic: true }, (index) => personNamed(Number(index)));
  db.function('verifier_of', (index) => verifierOf(Number(index)));
  const copied = (column: string) => {
    const named = `replace(replace(${column}, '${template.id}', id_of(n)), '${personNamed(0)}', name_of(n))`;
    return column === 'account' ? `replace(${named}, '${template.srpVerifier}', verifier_of(n))` : named;
  };
  const copyTable = (table: string, columns: string[]) =>
    db.exec(
      `WITH RECURSIVE numbers (n) AS (VALUES (${from}) UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ${to})
       INSERT INTO ${table} SELECT pool, ${columns.map((column) => (column === 'kind' || column === 'field' ? column : copied(column))).join(', ')}
       FROM (SELECT * FROM ${table} WHERE id = '${template.id}'), numbers`,
    );
  try {
    // Nothing here must outlive a power failure, and indexes grow in memory.
    db.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -200000');
    db.exec('BEGIN IMMEDIATE');
    copyTable('accounts', ['id', 'account']);
    copyTable('names', ['kind', 'value', 'id']);
    copyTable('search', ['field', 'value', 'id']);
    db.exec(`UPDATE totals SET accounts = ${to}`);
    db.exec('COMMIT');
  } finally {
    db.close();
  }
}
