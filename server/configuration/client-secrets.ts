/**
 * The secrets of an app client: one since its first day or none, and a second while applications change from one to
 * the other without an interruption. No secret is ever changed, and none but a new one is ever told.
 */
import type { ClientRecord, NamedSecret } from '#adapters/directory/records.ts';
import type { DirectoryStores, Stored } from '#adapters/directory/store.ts';
import { Missing } from '#adapters/errors.ts';
import type { Clock } from '../clock.ts';
import { invalidParameter, Refusal } from '../errors.ts';
import type { Vault } from '../vault.ts';
import { CLIENT_SECRET, sealedFor } from './find-client.ts';
import { newClientSecret } from './pool-ids.ts';
import { requireClient } from './require-client.ts';

const MOST_SECRETS = 2;

export interface AddedSecret extends NamedSecret {
  /** Only of a secret that was made here. */
  value?: string;
}

/** @throws Refusal `pool-not-found`, `client-not-found` */
export async function listClientSecrets(
  { directory }: { directory: DirectoryStores },
  poolId: string,
  clientId: string,
): Promise<NamedSecret[]> {
  const client = await requireClient(directory, poolId, clientId);
  return client ? namedSecrets(client) : [];
}

/**
 * Adds a second secret; both are good until one is deleted.
 * @param given a secret of the caller's own
 * @throws Refusal `pool-not-found`, `client-not-found`, `invalid-parameter` for a client without a secret,
 * `limit-exceeded` for a third
 */
export async function addClientSecret(
  { directory, vault, clock }: { directory: DirectoryStores; vault: Vault; clock: Clock },
  poolId: string,
  clientId: string,
  given?: string,
): Promise<AddedSecret> {
  const value = given ?? newClientSecret();
  const sealed = vault.seal(CLIENT_SECRET, sealedFor(poolId, clientId), value);
  const secrets = await changeSecrets(directory, poolId, clientId, (current) => {
    if (current.length === 0) throw invalidParameter('A client without a secret cannot be given one.');
    if (current.length >= MOST_SECRETS)
      throw new Refusal('limit-exceeded', {
        message: `A user pool client cannot have more than ${MOST_SECRETS} secrets.`,
      });
    if (current.some((one) => vault.open(CLIENT_SECRET, sealedFor(poolId, clientId), one.sealed) === value))
      throw invalidParameter('The client has this secret already.');
    const createdAt = Math.max(clock.now(), ...current.map((one) => one.createdAt + 1));
    return [...current, { id: secretId(clientId, createdAt), sealed, createdAt }];
  });
  const added = secrets.at(-1) as NamedSecret;
  return given === undefined ? { ...added, value } : added;
}

/**
 * Takes a secret away: from now on nothing is proven by it.
 * @throws Refusal `pool-not-found`, `client-not-found`, `resource-not-found`, `invalid-parameter` for the last one
 */
export async function deleteClientSecret(
  { directory }: { directory: DirectoryStores },
  poolId: string,
  clientId: string,
  id: string,
): Promise<void> {
  await changeSecrets(directory, poolId, clientId, (current) => {
    const rest = current.filter((one) => one.id !== id);
    if (rest.length === current.length)
      throw new Refusal('resource-not-found', { message: `Client secret ${id} does not exist.` });
    if (rest.length === 0) throw invalidParameter('The last secret of a client cannot be deleted.');
    return rest;
  });
}

async function changeSecrets(
  directory: DirectoryStores,
  poolId: string,
  clientId: string,
  change: (current: NamedSecret[]) => NamedSecret[],
): Promise<NamedSecret[]> {
  const client = await requireClient(directory, poolId, clientId);
  const createdAt = client?.createdAt ?? 0;
  try {
    const { record } = await directory.forPool(poolId).update('client', clientId, (current) => {
      const secrets = change(namedSecrets({ id: clientId, createdAt, record: current }));
      return { ...current, secrets, sealedSecret: secrets[0]?.sealed } satisfies ClientRecord;
    });
    return record.secrets ?? [];
  } catch (error) {
    if (error instanceof Missing) throw new Refusal('client-not-found', { client: clientId });
    throw error;
  }
}

/** A secret that was alone so far has the name that the client's own first day gives it. */
function namedSecrets({
  id,
  createdAt,
  record,
}: Pick<Stored<'client'>, 'id' | 'createdAt' | 'record'>): NamedSecret[] {
  if (record.secrets) return record.secrets;
  const { sealedSecret: sealed } = record;
  return sealed === undefined ? [] : [{ id: secretId(id, createdAt), sealed, createdAt }];
}

const secretId = (clientId: string, createdAt: number) => `${clientId}--${createdAt}`;
