/**
 * What the directory keeps, by kind. Settings have the API's own names and shapes, complete: every default is
 * filled in when a record is written, so that no reader asks "and if it is absent?" twice.
 * Adding a kind is a line in `Records`; whether its ids are global is said in `store.ts`.
 * Shapes and nothing else, so it stays one file however many kinds there are.
 */
export interface Records {
  pool: PoolRecord;
  client: ClientRecord;
  domain: DomainRecord;
  'resource-server': ResourceServerRecord;
  group: GroupRecord;
  'signing-key': SigningKeyRecord;
  'identity-provider': IdentityProviderRecord;
  'saml-key': SamlKeyRecord;
  'import-job': ImportJobRecord;
  'import-turn': ImportTurnRecord;
  'import-task': ImportTaskRecord;
  certificate: CertificateRecord;
}

/** Id: the pool id, such as `eu-central-1_Ab12Cd34E`. */
export interface PoolRecord {
  name: string;
  region: string;
  settings: PoolSettings;
  /**
   * Paths of settings that were never given and hold their defaults, such as `UsernameConfiguration`. An answer
   * leaves them out, as the service does: tools that compare would take a default that they never wrote for drift.
   */
  defaulted?: string[];
  tags: Record<string, string>;
  /** Set by an operation of its own, so an update of the settings leaves it alone. Absent: disabled, 20. */
  sessionTracking?: { status: 'ENABLED' | 'DISABLED'; maxPerUser: number };
  /** Set when deletion began: the pool answers no more, what it owns is being removed. */
  deleting?: boolean;
}

export type Contact = 'email' | 'phone_number';

export interface PasswordPolicy {
  /** 6 to 99. */
  MinimumLength: number;
  RequireUppercase: boolean;
  RequireLowercase: boolean;
  RequireNumbers: boolean;
  RequireSymbols: boolean;
  /** Days; 0 means 7. */
  TemporaryPasswordValidityDays?: number;
  PasswordHistorySize?: number;
}

export interface SchemaAttribute {
  /** Without a prefix for standard attributes; `custom:<name>` or `dev:custom:<name>` otherwise. */
  Name: string;
  AttributeDataType: 'String' | 'Number' | 'DateTime' | 'Boolean';
  DeveloperOnlyAttribute: boolean;
  Mutable: boolean;
  Required: boolean;
  StringAttributeConstraints?: { MinLength?: string; MaxLength?: string };
  NumberAttributeConstraints?: { MinValue?: string; MaxValue?: string };
}

export interface PoolSettings {
  Policies: { PasswordPolicy: PasswordPolicy; SignInPolicy?: { AllowedFirstAuthFactors?: string[] } };
  DeletionProtection: 'ACTIVE' | 'INACTIVE';
  LambdaConfig: Record<string, unknown>;
  SchemaAttributes: SchemaAttribute[];
  AutoVerifiedAttributes: Contact[];
  /** At most one of these two lists is not empty. */
  AliasAttributes: (Contact | 'preferred_username')[];
  UsernameAttributes: Contact[];
  UsernameConfiguration: { CaseSensitive: boolean };
  VerificationMessageTemplate: {
    SmsMessage: string;
    EmailMessage: string;
    EmailSubject: string;
    EmailMessageByLink: string;
    EmailSubjectByLink: string;
    DefaultEmailOption: 'CONFIRM_WITH_CODE' | 'CONFIRM_WITH_LINK';
  };
  SmsAuthenticationMessage: string;
  UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: Contact[] };
  MfaConfiguration: 'OFF' | 'ON' | 'OPTIONAL';
  DeviceConfiguration?: {
    ChallengeRequiredOnNewDevice?: boolean;
    DeviceOnlyRememberedOnUserPrompt?: boolean;
  };
  EmailConfiguration: {
    EmailSendingAccount: 'COGNITO_DEFAULT' | 'DEVELOPER';
    SourceArn?: string;
    ReplyToEmailAddress?: string;
    From?: string;
    ConfigurationSet?: string;
  };
  /** Of one service or of the other. Foyer hands it to the gateway with each message and makes nothing of it. */
  SmsConfiguration?: {
    SnsCallerArn?: string;
    ExternalId?: string;
    SnsRegion?: string;
    EumsSms?: {
      CallerArn: string;
      ExternalId?: string;
      OriginationIdentity?: string;
      ConfigurationSetName?: string;
      InEntityId?: string;
      InTemplateId?: string;
      Region?: string;
    };
  };
  AdminCreateUserConfig: {
    AllowAdminCreateUserOnly: boolean;
    UnusedAccountValidityDays: number;
    InviteMessageTemplate: { SMSMessage: string; EmailMessage: string; EmailSubject: string };
  };
  AccountRecoverySetting?: {
    RecoveryMechanisms: {
      Priority: number;
      Name: 'verified_email' | 'verified_phone_number' | 'admin_only';
    }[];
  };
  UserPoolAddOns?: { AdvancedSecurityMode: 'OFF' | 'AUDIT' | 'ENFORCED' };
  UserPoolTier: 'LITE' | 'ESSENTIALS' | 'PLUS';
}

export type OAuthFlow = 'code' | 'implicit' | 'client_credentials';
type TimeUnit = 'seconds' | 'minutes' | 'hours' | 'days';

/** Id: the client id, unique in the whole installation. */
export interface ClientRecord {
  /** Sealed under the master secret (`server/vault.ts`); absent for a public client. */
  sealedSecret?: string;
  /** All secrets by their names, the oldest first, once there were two; the first is `sealedSecret` too. */
  secrets?: NamedSecret[];
  /** For how many minutes of a hosted session nobody has to sign in again, 0 to 60; absent: 60. */
  ssoMinutes?: number;
  settings: ClientSettings;
}

/** One of the secrets of a client while applications change from one to the next. */
export interface NamedSecret {
  id: string;
  /** As `sealedSecret`. */
  sealed: string;
  /** Milliseconds since the epoch. */
  createdAt: number;
}

export interface ClientSettings {
  ClientName: string;
  /** In the unit of `TokenValidityUnits`; 30 days when never set. */
  RefreshTokenValidity: number;
  AccessTokenValidity?: number;
  IdTokenValidity?: number;
  TokenValidityUnits?: { AccessToken?: TimeUnit; IdToken?: TimeUnit; RefreshToken?: TimeUnit };
  /** Absent: all standard attributes and the custom ones of `defaultAttributes`. */
  ReadAttributes?: string[];
  WriteAttributes?: string[];
  /** The custom attributes that existed when the client was made (USR-215); never shown. */
  defaultAttributes: string[];
  ExplicitAuthFlows: string[];
  SupportedIdentityProviders: string[];
  CallbackURLs: string[];
  LogoutURLs: string[];
  DefaultRedirectURI?: string;
  AllowedOAuthFlows: OAuthFlow[];
  AllowedOAuthScopes: string[];
  AllowedOAuthFlowsUserPoolClient: boolean;
  AnalyticsConfiguration?: Record<string, unknown>;
  PreventUserExistenceErrors: 'ENABLED' | 'LEGACY';
  EnableTokenRevocation: boolean;
  EnablePropagateAdditionalUserContextData: boolean;
  /** Minutes, 3 to 15. */
  AuthSessionValidity: number;
  RefreshTokenRotation?: { Feature: 'ENABLED' | 'DISABLED'; RetryGracePeriodSeconds?: number };
  /** What the API has no member for: the pool file or dynamic registration sets it, an update by the API keeps it. */
  OpenId?: OpenIdClientSettings;
}

/** Newer OAuth that one client can be given. A whole pool can have these and `registration`. */
export type ClientFeature =
  | 'par'
  | 'dpop'
  | 'jwt-client-auth'
  | 'resource-indicators'
  | 'device'
  | 'token-exchange';

type ProviderSigningAlg = 'RS256';
type ClientSigningAlg = 'RS256' | 'PS256' | 'ES256' | 'EdDSA' | 'Ed25519' | 'HS256';

/**
 * Metadata of a client by their standard names: RFC 7591, OpenID Connect Registration, RFC 9126 and 9449, and the
 * logout specifications. Heeded in the `openid` profile only; what is absent was never set.
 */
export interface OpenIdClientSettings {
  /** Beyond those that the pool has for all its clients. */
  features?: ClientFeature[];
  token_endpoint_auth_method?:
    | 'client_secret_basic'
    | 'client_secret_post'
    | 'client_secret_jwt'
    | 'private_key_jwt'
    | 'none';
  token_endpoint_auth_signing_alg?: ClientSigningAlg;
  /** At most one of `jwks` and `jwks_uri` is there. */
  jwks?: { keys: PublicClientJwk[] };
  jwks_uri?: string;
  require_pushed_authorization_requests?: boolean;
  dpop_bound_access_tokens?: boolean;
  request_object_signing_alg?: ClientSigningAlg;
  require_signed_request_object?: boolean;
  id_token_signed_response_alg?: ProviderSigningAlg;
  userinfo_signed_response_alg?: ProviderSigningAlg;
  /** Seconds. */
  default_max_age?: number;
  require_auth_time?: boolean;
  initiate_login_uri?: string;
  backchannel_logout_uri?: string;
  backchannel_logout_session_required?: boolean;
  frontchannel_logout_uri?: string;
  frontchannel_logout_session_required?: boolean;
  /** Whether a person is asked before the client has its first answer about them. */
  consent?: boolean;
  client_name?: string;
  logo_uri?: string;
  client_uri?: string;
  policy_uri?: string;
  tos_uri?: string;
  contacts?: string[];
  /** Client ids of the pool or identifiers of its resource servers that this client may exchange tokens for. */
  token_exchange_audiences?: string[];
  /** Made by dynamic registration: when (milliseconds since the epoch), and the hash of its registration token. */
  registered?: { at: number; tokenHash: string };
}

/** A public JSON Web Key of a client (RFC 7517). */
export interface PublicClientJwk {
  kty: 'RSA' | 'EC' | 'OKP';
  kid?: string;
  use?: string;
  alg?: string;
  key_ops?: string[];
  n?: string;
  e?: string;
  crv?: string;
  x?: string;
  y?: string;
}

/** Id: the prefix, or the whole name of a custom domain. */
export interface DomainRecord {
  kind: 'prefix' | 'custom';
  status: 'CREATING' | 'ACTIVE' | 'UPDATING' | 'DELETING' | 'FAILED';
  version: string;
  managedLoginVersion: number;
  certificateArn?: string;
}

/** Belongs to the installation. Id: the ARN that domains name it by, the same for all its renewals. */
export interface CertificateRecord {
  /** PEM: the certificate of the hosts, then those that vouch for it. */
  chain: string;
  /** The private key (PKCS #8, PEM), sealed under the master secret; sealed anew it is another text. */
  sealedKey: string;
}

/** Id: the identifier. */
export interface ResourceServerRecord {
  name: string;
  scopes: { ScopeName: string; ScopeDescription: string }[];
}

/** Id: the name. */
export interface GroupRecord {
  /**
   * Random, and another one when a group of the same name is made again. Memberships carry it, so that they end with
   * their group.
   */
  key: string;
  description?: string;
  roleArn?: string;
  /** 0 is the highest; none ranks below every number. */
  precedence?: number;
}

/** Id: the `kid`. */
export interface SigningKeyRecord {
  use: 'id' | 'access';
  /** The public half, as JWKS shows it. */
  publicJwk: { kty: string; n: string; e: string };
  /** The private JWK as JSON, sealed under the master secret. */
  sealedPrivateJwk: string;
  /** Milliseconds since the epoch. It signs from then on, until a younger key of the same use does. */
  activeFrom: number;
  /** From then on it is neither published nor kept. Absent while it signs. */
  retiredFrom?: number;
}

/** `ProviderType` of the API. */
export type IdentityProviderType =
  | 'SAML'
  | 'Facebook'
  | 'Google'
  | 'LoginWithAmazon'
  | 'SignInWithApple'
  | 'OIDC';

/** A provider outside through which people sign in. Id: its name. */
export interface IdentityProviderRecord {
  type: IdentityProviderType;
  /** `ProviderDetails` without what is secret, complete: what was given and what was found out. */
  details: Record<string, string>;
  /** The secret ones as JSON, sealed under the master secret. */
  sealedDetails: string;
  /** Attribute of the pool -> name at the provider. */
  mapping: Record<string, string>;
  /** As they were given; compared without regard to case. No two providers of a pool have the same. */
  identifiers: string[];
}

/** What the pool signs with that it sends to SAML identity providers. There is one record, its id `signing`. */
export interface SamlKeyRecord {
  /** PEM; administrators install it at their providers, so it stays. */
  certificate: string;
  /** The private key (PKCS #8, PEM), sealed under the master secret. */
  sealedKey: string;
}

/** Id: the JobId. Ids sort by age, the newest first. */
export interface ImportJobRecord {
  name: string;
  /** Given by whoever made the job; nothing is done with it. */
  logsRoleArn: string;
  /** How the passwords in the file are hashed; absent when it holds none. */
  hashing?: 'BCRYPT' | 'SCRYPT' | 'ARGON2ID' | 'PBKDF2_SHA256';
  /** A job that was never started in time is `Created` for ever: that it has expired follows from its age. */
  status: 'Created' | 'Pending' | 'InProgress' | 'Stopping' | 'Stopped' | 'Succeeded' | 'Failed';
  /** The file, in the uploads store until the job has ended. */
  upload?: { id: string; bytes: number };
  /** Milliseconds since the epoch. */
  startedAt?: number;
  completedAt?: number;
  /** Why it ended. */
  message?: string;
  /** Users so far. */
  imported: number;
  skipped: number;
  failed: number;
  /** Where the row after the last one that was counted begins: bytes from 0, lines from 1. */
  next: { byte: number; line: number };
  /** Who works on it: whatever another one writes about its progress is refused. */
  worker?: string;
}

/** Which job of the pool was started last: no other starts while that one runs. There is one record, its id `last`. */
export interface ImportTurnRecord {
  job: string;
  /** When it was taken, milliseconds since the epoch. */
  at: number;
}

/** Belongs to the installation: a job to be worked on, by one process at a time. Id: `<pool id>/<job id>`. */
export interface ImportTaskRecord {
  pool: string;
  job: string;
  /** When it was made, milliseconds since the epoch. */
  at: number;
  /** The process that works on it, until when; each time it is prolonged. */
  lease?: { holder: string; until: number };
}
