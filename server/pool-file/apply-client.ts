import { isDeepStrictEqual } from 'node:util';
import type { ClientRecord } from '#adapters/directory/records.ts';
import type { Service } from '../api/operation.ts';
import { Refusal } from '../errors.ts';
import { agrees } from './agrees.ts';
import { type Call, found, type Members } from './call.ts';
import type { ClientEntry } from './schema.ts';

/** Makes a client, or brings it to what the file says: found by its fixed id, else by its name. */
export async function applyClient(
  call: Call,
  UserPoolId: string,
  { id, secret, settings, OpenId }: ClientEntry,
  { directory }: Pick<Service, 'directory'>,
): Promise<void> {
  const ClientId = id ?? (await clientNamed(call, UserPoolId, settings['ClientName']));
  const described = ClientId && (await found(call('DescribeUserPoolClient', { UserPoolId, ClientId })));
  if (!described) {
    const GenerateSecret = secret !== undefined || settings['GenerateSecret'] === true;
    await call(
      'CreateUserPoolClient',
      { ...settings, GenerateSecret, UserPoolId },
      { clientId: id, clientSecret: secret, openId: OpenId },
    );
    return;
  }
  const current = described['UserPoolClient'] as Members;
  const { GenerateSecret: _, ...named } = settings;
  const { ClientSecret, CreationDate, LastModifiedDate, ...kept } = current;
  const isOther = secret !== undefined && secret !== ClientSecret;
  if (isOther && !(await hasTwoSecrets(call, UserPoolId, ClientId)))
    throw new Refusal('invalid-parameter', {
      message: 'The secret of a client never changes; add one to it, or make a new client.',
    });
  const record = (await directory.forPool(UserPoolId).find('client', String(ClientId)))?.record;
  if (!agrees(current, named) || !hasOpenId(record, OpenId))
    await call('UpdateUserPoolClient', { ...kept, ...named, UserPoolId, ClientId }, { openId: OpenId });
}

/**
 * Whether a client has just what the file says, when it says anything. A member that the file names no more is taken
 * away, since most of them open or close something; only that the client was registered is not the file's to say.
 */
function hasOpenId(client: ClientRecord | undefined, wanted: ClientEntry['OpenId']): boolean {
  const { registered: _, ...current } = client?.settings.OpenId ?? {};
  return wanted === undefined || isDeepStrictEqual(current, wanted);
}

/** While applications change from one secret to the other the file may name either; `conflicts.ts` knows both. */
async function hasTwoSecrets(call: Call, UserPoolId: string, ClientId: string): Promise<boolean> {
  const { ClientSecrets } = await call('ListUserPoolClientSecrets', { UserPoolId, ClientId });
  return (ClientSecrets as unknown[]).length > 1;
}

async function clientNamed(call: Call, UserPoolId: string, name: unknown): Promise<string | undefined> {
  let NextToken: unknown;
  do {
    const page = await call('ListUserPoolClients', {
      UserPoolId,
      MaxResults: 60,
      ...(NextToken ? { NextToken } : {}),
    });
    const clients = page['UserPoolClients'] as { ClientId: string; ClientName: string }[];
    const match = clients.find((client) => client.ClientName === name);
    if (match) return match.ClientId;
    NextToken = page['NextToken'];
  } while (NextToken);
  return undefined;
}
