/**
 * Records -> the API's own shapes. Lists that are empty and settings that nobody gave are left out, as the service
 * does: tools compare answers with what they sent.
 */
import type {
  ClientSecretDescriptorType,
  GetUserPoolMfaConfigResponse,
  ResourceServerType,
  UserPoolClientType,
  UserPoolType,
} from '@aws-sdk/client-cognito-identity-provider';
import type { DomainRecord, NamedSecret, PoolRecord, PoolSettings } from '#adapters/directory/records.ts';
import type { Stored } from '#adapters/directory/store.ts';
import { CLIENT_SECRET, sealedFor } from '../configuration/find-client.ts';
import type { StoredPool } from '../configuration/find-pool.ts';
import type { Service } from './operation.ts';

const unlessEmpty = <T>(list: T[]): T[] | undefined => (list.length ? list : undefined);

/** `arn:aws:cognito-idp:<region>:<account>:userpool/<pool id>` */
function poolArn(service: Pick<Service, 'settings'>, region: string, poolId: string): string {
  return `arn:aws:cognito-idp:${region}:${service.settings.accountId}:userpool/${poolId}`;
}

/** A pool as DescribeUserPool and CreateUserPool show it. */
export async function userPoolShape(service: Service, pool: StoredPool): Promise<UserPoolType> {
  const { name, region, settings, tags, defaulted = [] } = pool.record;
  const [users, domains] = await Promise.all([
    service.accounts.forPool(pool.id).estimate(),
    service.directory.forPool(pool.id).list('domain', { limit: 10 }),
  ]);
  const domain = (kind: string) => domains.items.find(({ record }) => record.kind === kind)?.id;
  const { LambdaConfig: _, ...shown } = settings;
  return {
    ...shown,
    ...messages(settings, new Set(defaulted)),
    LambdaConfig: {},
    Policies: {
      ...settings.Policies,
      SignInPolicy: settings.Policies.SignInPolicy as NonNullable<UserPoolType['Policies']>['SignInPolicy'],
    },
    AutoVerifiedAttributes: unlessEmpty(settings.AutoVerifiedAttributes),
    AliasAttributes: unlessEmpty(settings.AliasAttributes),
    UsernameAttributes: unlessEmpty(settings.UsernameAttributes),
    UsernameConfiguration: defaulted.includes('UsernameConfiguration')
      ? undefined
      : settings.UsernameConfiguration,
    UserAttributeUpdateSettings: defaulted.includes('UserAttributeUpdateSettings')
      ? undefined
      : settings.UserAttributeUpdateSettings,
    Id: pool.id,
    Name: name,
    Arn: poolArn(service, region, pool.id),
    CreationDate: new Date(pool.createdAt),
    LastModifiedDate: new Date(pool.modifiedAt),
    EstimatedNumberOfUsers: users,
    UserPoolTags: tags,
    Domain: domain('prefix'),
    CustomDomain: domain('custom'),
  };
}

/** Texts of messages that somebody gave, some of them under both of their names (USR-230). */
function messages(
  settings: PoolSettings,
  defaulted: ReadonlySet<string>,
): Pick<
  UserPoolType,
  | 'VerificationMessageTemplate'
  | 'SmsVerificationMessage'
  | 'EmailVerificationMessage'
  | 'EmailVerificationSubject'
  | 'SmsAuthenticationMessage'
  | 'AdminCreateUserConfig'
> {
  const given = <T extends object>(path: string, texts: T): Partial<T> =>
    Object.fromEntries(
      Object.entries(texts).filter(([key]) => !defaulted.has(`${path}.${key}`)),
    ) as Partial<T>;
  const verification = given('VerificationMessageTemplate', settings.VerificationMessageTemplate);
  const invitation = given('InviteMessageTemplate', settings.AdminCreateUserConfig.InviteMessageTemplate);
  return {
    VerificationMessageTemplate: {
      ...verification,
      DefaultEmailOption: settings.VerificationMessageTemplate.DefaultEmailOption,
    },
    SmsVerificationMessage: verification.SmsMessage,
    EmailVerificationMessage: verification.EmailMessage,
    EmailVerificationSubject: verification.EmailSubject,
    SmsAuthenticationMessage: defaulted.has('SmsAuthenticationMessage')
      ? undefined
      : settings.SmsAuthenticationMessage,
    AdminCreateUserConfig: {
      ...settings.AdminCreateUserConfig,
      InviteMessageTemplate: Object.keys(invitation).length ? invitation : undefined,
    },
  };
}

/** What GetUserPoolMfaConfig shows, and SetUserPoolMfaConfig answers. */
export function mfaShape({ settings, defaulted = [] }: PoolRecord): GetUserPoolMfaConfigResponse {
  const { MfaConfiguration, SmsConfiguration, SmsAuthenticationMessage } = settings;
  return {
    MfaConfiguration,
    SmsMfaConfiguration: SmsConfiguration && {
      SmsConfiguration,
      SmsAuthenticationMessage: defaulted.includes('SmsAuthenticationMessage')
        ? undefined
        : SmsAuthenticationMessage,
    },
  };
}

/** An app client as Create-, Describe- and UpdateUserPoolClient show it, with its secret when it has one. */
export function clientShape(service: Pick<Service, 'vault'>, client: Stored<'client'>): UserPoolClientType {
  const { sealedSecret, settings } = client.record;
  const { defaultAttributes: _, OpenId: _openId, ...shown } = settings;
  return {
    ...shown,
    UserPoolId: client.pool,
    ClientId: client.id,
    ClientSecret:
      sealedSecret && service.vault.open(CLIENT_SECRET, sealedFor(client.pool, client.id), sealedSecret),
    CreationDate: new Date(client.createdAt),
    LastModifiedDate: new Date(client.modifiedAt),
    ExplicitAuthFlows: unlessEmpty(settings.ExplicitAuthFlows) as UserPoolClientType['ExplicitAuthFlows'],
    SupportedIdentityProviders: unlessEmpty(settings.SupportedIdentityProviders),
    CallbackURLs: unlessEmpty(settings.CallbackURLs),
    LogoutURLs: unlessEmpty(settings.LogoutURLs),
    AllowedOAuthFlows: unlessEmpty(settings.AllowedOAuthFlows),
    AllowedOAuthScopes: unlessEmpty(settings.AllowedOAuthScopes),
  };
}

/** A secret of a client without what it is. */
export function clientSecretShape({
  id,
  createdAt,
}: Omit<NamedSecret, 'sealed'>): ClientSecretDescriptorType {
  return { ClientSecretId: id, ClientSecretCreateDate: new Date(createdAt) };
}

/** Where the DNS entry of a custom domain points, whatever its certificate; a prefix needs no entry (HUI-55, HUI-57). */
export function aliasTarget(
  settings: Pick<Service['settings'], 'aliasHost'>,
  domain: Pick<DomainRecord, 'kind'>,
): string | undefined {
  return domain.kind === 'custom' ? settings.aliasHost : undefined;
}

export function resourceServerShape(server: Stored<'resource-server'>): ResourceServerType {
  return {
    UserPoolId: server.pool,
    Identifier: server.id,
    Name: server.record.name,
    Scopes: server.record.scopes,
  };
}
