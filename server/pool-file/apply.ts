/**
 * Applies a pool file by calling the API's operations in process, so that validation is written once. The file owns
 * what it names: a named setting is brought to the file's value, an unnamed one is left alone, nothing is ever
 * deleted, and an existing person keeps password and attributes. What agrees already is not written again.
 */
import type { Service } from '../api/operation.ts';
import { Refusal } from '../errors.ts';
import { agrees } from './agrees.ts';
import { applyCertificate } from './apply-certificate.ts';
import { applyClient } from './apply-client.ts';
import { type Call, callerFor, found, type Members } from './call.ts';
import { FIXED_AT_CREATION, findPool } from './conflicts.ts';
import type { DomainEntry, PoolEntry, PoolFile } from './schema.ts';
import { tagsAfter } from './tags-after.ts';

/** Told what could not be applied, and where it stands in the file. Applying goes on with what does not need it. */
export type OnFault = (where: string, error: unknown) => void;

export async function applyFile(file: PoolFile, service: Service, fault: OnFault): Promise<void> {
  const guard = async <T>(where: string, step: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await step();
    } catch (error) {
      fault(where, error);
      return undefined;
    }
  };
  for (const [index, certificate] of file.certificates.entries())
    await guard(`certificates.${index}`, () => applyCertificate(service, certificate));
  for (const [index, entry] of file.pools.entries()) {
    const at = `pools.${index}`;
    const call = callerFor(service, entry.id);
    const poolId = await guard(`${at}.settings`, () => applyPool(call, entry, service));
    if (!poolId) continue;
    const { sessions } = entry;
    if (sessions) await guard(`${at}.sessions`, () => applySessions(call, poolId, sessions));
    for (const [i, server] of entry.resourceServers.entries())
      await guard(`${at}.resourceServers.${i}`, () => applyResourceServer(call, poolId, server));
    for (const [i, provider] of entry.identityProviders.entries())
      await guard(`${at}.identityProviders.${i}`, () => applyProvider(call, poolId, provider));
    for (const domain of entry.domain) await guard(`${at}.domain`, () => applyDomain(call, poolId, domain));
    for (const [i, client] of entry.clients.entries())
      await guard(`${at}.clients.${i}`, () => applyClient(call, poolId, client, service));
    for (const [i, group] of entry.groups.entries())
      await guard(`${at}.groups.${i}`, () => applyGroup(call, poolId, group));
    for (const [i, user] of entry.users.entries())
      await guard(`${at}.users.${i}`, () => applyUser(call, poolId, user));
  }
}

async function applyPool(call: Call, entry: PoolEntry, service: Service): Promise<string> {
  const stored = await findPool(service, entry);
  if (!stored) {
    const made = await call('CreateUserPool', entry.settings, { poolId: entry.id });
    return (made['UserPool'] as { Id: string }).Id;
  }
  const UserPoolId = stored.id;
  const current = (await call('DescribeUserPool', { UserPoolId }))['UserPool'] as Members;
  await addAttributes(call, UserPoolId, entry.settings['Schema'], current);
  const { Schema: _, ...named } = entry.settings;
  if (!agrees({ ...current, PoolName: current['Name'] }, named)) {
    const changes = Object.entries(named).filter(([name]) => !FIXED_AT_CREATION.includes(name));
    const UserPoolTags = tagsAfter(stored, entry);
    await call('UpdateUserPool', {
      ...updatable(current),
      ...Object.fromEntries(changes),
      UserPoolTags,
      UserPoolId,
    });
  }
  return UserPoolId;
}

/** What DescribeUserPool shows that UpdateUserPool takes back. */
const UPDATABLE = [
  ...['Policies', 'DeletionProtection', 'AutoVerifiedAttributes', 'VerificationMessageTemplate'],
  ...['SmsAuthenticationMessage', 'UserAttributeUpdateSettings', 'MfaConfiguration', 'DeviceConfiguration'],
  ...['EmailConfiguration', 'SmsConfiguration', 'UserPoolTags', 'AdminCreateUserConfig', 'UserPoolAddOns'],
  ...['AccountRecoverySetting', 'UserPoolTier'],
];

function updatable(current: Members): Members {
  return Object.fromEntries(Object.entries(current).filter(([name]) => UPDATABLE.includes(name)));
}

/** Attributes can be added to a pool, never changed or taken away. */
async function addAttributes(
  call: Call,
  UserPoolId: string,
  schema: unknown,
  current: Members,
): Promise<void> {
  const known = new Set(
    (current['SchemaAttributes'] as { Name: string }[]).map((attribute) => attribute.Name),
  );
  const CustomAttributes = ((schema ?? []) as { Name: string }[]).filter(
    ({ Name }) => !known.has(Name) && !known.has(`custom:${Name}`) && !known.has(`dev:custom:${Name}`),
  );
  if (CustomAttributes.length > 0) await call('AddCustomAttributes', { UserPoolId, CustomAttributes });
}

async function applySessions(call: Call, UserPoolId: string, sessions: Members): Promise<void> {
  const current = await call('GetUserPoolSessionConfiguration', { UserPoolId });
  const input = { ...sessions, UserPoolId };
  if (!agrees(current, input)) await call('SetUserPoolSessionConfiguration', input);
}

async function applyResourceServer(call: Call, UserPoolId: string, server: Members): Promise<void> {
  const input: Members = { ...server, UserPoolId };
  const current = await found(
    call('DescribeResourceServer', { UserPoolId, Identifier: server['Identifier'] }),
  );
  if (!current) await call('CreateResourceServer', input);
  else if (!agrees(current['ResourceServer'], input)) await call('UpdateResourceServer', input);
}

/** What the provider publishes is read when it is made or its details change, not at each start: it may be away then. */
async function applyProvider(call: Call, UserPoolId: string, provider: Members): Promise<void> {
  const { ProviderName } = provider;
  const described = await found(call('DescribeIdentityProvider', { UserPoolId, ProviderName }));
  if (!described) {
    await call('CreateIdentityProvider', { ...provider, UserPoolId });
    return;
  }
  const current = described['IdentityProvider'] as Members;
  if (provider['ProviderType'] !== current['ProviderType'])
    throw new Refusal('invalid-parameter', { message: 'The type of an identity provider never changes.' });
  const { ProviderType: _, ...named } = provider;
  const changed = Object.entries(named).filter(([name, value]) => !agrees(current[name], value));
  if (changed.length > 0)
    await call('UpdateIdentityProvider', { ...Object.fromEntries(changed), UserPoolId, ProviderName });
}

async function applyGroup(call: Call, UserPoolId: string, group: Members): Promise<void> {
  const input: Members = { ...group, UserPoolId };
  const current = await found(call('GetGroup', { UserPoolId, GroupName: group['GroupName'] }));
  if (!current) await call('CreateGroup', input);
  else if (!agrees(current['Group'], input)) await call('UpdateGroup', input);
}

async function applyDomain(call: Call, UserPoolId: string, domain: DomainEntry): Promise<void> {
  const { name: Domain, certificateArn: CertificateArn } = domain;
  const input = { UserPoolId, Domain, ...(CertificateArn && { CustomDomainConfig: { CertificateArn } }) };
  const { DomainDescription } = await call('DescribeUserPoolDomain', { Domain });
  const owner = (DomainDescription as Members | undefined)?.['UserPoolId'];
  if (owner !== UserPoolId) await call('CreateUserPoolDomain', input);
  else if (!agrees(DomainDescription, input)) await call('UpdateUserPoolDomain', input);
}

async function applyUser(call: Call, UserPoolId: string, user: PoolEntry['users'][number]): Promise<void> {
  const { username: Username, password: Password, attributes, groups } = user;
  const existing = await found(call('AdminGetUser', { UserPoolId, Username }));
  if (!existing) {
    const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));
    await call('AdminCreateUser', { UserPoolId, Username, UserAttributes, MessageAction: 'SUPPRESS' });
  }
  // Also for an account that an interrupted start left without one; a password of the person's own is never touched.
  if (
    Password !== undefined &&
    (existing?.['UserStatus'] ?? 'FORCE_CHANGE_PASSWORD') === 'FORCE_CHANGE_PASSWORD'
  )
    await call('AdminSetUserPassword', { UserPoolId, Username, Password, Permanent: true });
  const joined = groups.length > 0 ? await groupsOf(call, { UserPoolId, Username }) : [];
  for (const GroupName of groups)
    if (!joined.includes(GroupName)) await call('AdminAddUserToGroup', { UserPoolId, Username, GroupName });
}

/** All of them: nobody is in more groups than a page has. */
async function groupsOf(call: Call, user: Members): Promise<string[]> {
  const { Groups } = await call('AdminListGroupsForUser', user);
  return (Groups as { GroupName: string }[]).map(({ GroupName }) => GroupName);
}
