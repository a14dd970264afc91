/**
 * Settings of an app client as they were given -> complete settings. What an update leaves out returns to its default
 * (HUI-30, USR-244), except for the name, which has none, and for what the client was born with.
 */
import type { ClientSettings } from '#adapters/directory/records.ts';

export type GivenClientSettings = {
  [K in Exclude<
    keyof ClientSettings,
    'defaultAttributes' | 'AnalyticsConfiguration' | 'TokenValidityUnits' | 'OpenId'
  >]?: ClientSettings[K] | undefined;
} & {
  TokenValidityUnits?:
    | {
        [K in keyof NonNullable<ClientSettings['TokenValidityUnits']>]?:
          | NonNullable<ClientSettings['TokenValidityUnits']>[K]
          | undefined;
      }
    | undefined;
  AnalyticsConfiguration?: object | undefined;
};

/** Days. */
const REFRESH_VALIDITY = 30;
/** Minutes. */
const SESSION_VALIDITY = 3;

/**
 * @param born what the client keeps from before: its name, the custom attributes that existed when it was made, and
 * what the API has no member for
 */
export function completeClientSettings(
  given: GivenClientSettings,
  born: Pick<ClientSettings, 'ClientName' | 'defaultAttributes' | 'OpenId'>,
): ClientSettings {
  return {
    ClientName: given.ClientName ?? born.ClientName,
    ...refreshValidity(given),
    AccessTokenValidity: given.AccessTokenValidity,
    IdTokenValidity: given.IdTokenValidity,
    ReadAttributes: listed(given.ReadAttributes),
    WriteAttributes: listed(given.WriteAttributes),
    defaultAttributes: born.defaultAttributes,
    ExplicitAuthFlows: distinct(given.ExplicitAuthFlows),
    SupportedIdentityProviders: distinct(given.SupportedIdentityProviders),
    CallbackURLs: distinct(given.CallbackURLs),
    LogoutURLs: distinct(given.LogoutURLs),
    DefaultRedirectURI: given.DefaultRedirectURI,
    AllowedOAuthFlows: distinct(given.AllowedOAuthFlows),
    AllowedOAuthScopes: distinct(given.AllowedOAuthScopes),
    AllowedOAuthFlowsUserPoolClient: given.AllowedOAuthFlowsUserPoolClient ?? false,
    AnalyticsConfiguration: given.AnalyticsConfiguration && { ...given.AnalyticsConfiguration },
    PreventUserExistenceErrors: given.PreventUserExistenceErrors ?? 'LEGACY',
    EnableTokenRevocation: given.EnableTokenRevocation ?? true,
    EnablePropagateAdditionalUserContextData: given.EnablePropagateAdditionalUserContextData ?? false,
    AuthSessionValidity: given.AuthSessionValidity ?? SESSION_VALIDITY,
    RefreshTokenRotation: given.RefreshTokenRotation,
    ...(born.OpenId && { OpenId: born.OpenId }),
  };
}

/** 0 stands for "as by default", which is 30 days and not 30 of whatever unit was given beside it. */
function refreshValidity({
  RefreshTokenValidity,
  TokenValidityUnits,
}: GivenClientSettings): Pick<ClientSettings, 'RefreshTokenValidity' | 'TokenValidityUnits'> {
  if (RefreshTokenValidity) return { RefreshTokenValidity, TokenValidityUnits };
  return {
    RefreshTokenValidity: REFRESH_VALIDITY,
    TokenValidityUnits: TokenValidityUnits && {
      ...TokenValidityUnits,
      RefreshToken: TokenValidityUnits.RefreshToken && 'days',
    },
  };
}

const distinct = <T>(list: readonly T[] | undefined): T[] => [...new Set(list)];

/** An empty list of attributes is no list: it means the default set. */
const listed = (names: readonly string[] | undefined) => (names?.length ? distinct(names) : undefined);
