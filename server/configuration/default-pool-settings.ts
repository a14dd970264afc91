/**
 * Settings of a pool as they were given -> complete settings: every default filled in, every rule checked. What an
 * update leaves out returns to its default, except for what is fixed on the pool's first day (USR-163, 164).
 */
import type { PasswordPolicy, PoolSettings } from '#adapters/directory/records.ts';
import { invalidParameter } from '../errors.ts';
import { completeSchema, type GivenAttribute } from './attribute-schema.ts';
import { checkPoolSettings } from './pool-rules.ts';
import { smsConfiguration } from './sms-configuration.ts';
import {
  checkTemplates,
  DEFAULT_INVITATION,
  DEFAULT_SMS_AUTHENTICATION,
  DEFAULT_VERIFICATION,
  type GivenTemplates,
  givenVerification,
} from './templates.ts';

/** Fixed when the pool is made. */
type Fixed = 'SchemaAttributes' | 'AliasAttributes' | 'UsernameAttributes' | 'UsernameConfiguration';
/** Texts have two names, and functions to call (`LambdaConfig`) are not there to be given yet. */
type Apart = Fixed | 'VerificationMessageTemplate' | 'LambdaConfig';

type Given<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { [K in keyof T]?: Given<T[K]> | undefined }
    : T;

/** What may be set again and again, in the API's own names. */
export type GivenSettings = Given<Omit<PoolSettings, Apart>> & GivenTemplates;

/** What a new pool may be given. */
export type GivenNewSettings = GivenSettings &
  Given<Pick<PoolSettings, Exclude<Fixed, 'SchemaAttributes'>>> & {
    Schema?: GivenAttribute[] | undefined;
  };

/** Complete settings, and the paths of those that nobody gave (see `PoolRecord`). */
export interface Completed {
  settings: PoolSettings;
  defaulted: string[];
}

const STRONG_POLICY: PasswordPolicy = {
  MinimumLength: 8,
  RequireUppercase: true,
  RequireLowercase: true,
  RequireNumbers: true,
  RequireSymbols: true,
};

/** Settings of a new pool. Throws Refusal `invalid-parameter` for what cannot be. */
export function newPoolSettings(given: GivenNewSettings): Completed {
  const fixed = {
    SchemaAttributes: completeSchema(given.Schema),
    AliasAttributes: distinct(given.AliasAttributes),
    UsernameAttributes: distinct(given.UsernameAttributes),
    UsernameConfiguration: { CaseSensitive: given.UsernameConfiguration?.CaseSensitive ?? true },
  };
  return completed(given, fixed, given.UsernameConfiguration === undefined);
}

/** Settings of a pool after an update. */
export function changedPoolSettings(current: Completed, given: GivenSettings): Completed {
  return completed(given, current.settings, current.defaulted.includes('UsernameConfiguration'));
}

function completed(
  given: GivenSettings,
  fixed: Pick<PoolSettings, Fixed>,
  caseDefaulted: boolean,
): Completed {
  const verification = givenVerification(given);
  const invitation = present(given.AdminCreateUserConfig?.InviteMessageTemplate);
  const settings: PoolSettings = {
    Policies: policies(given),
    DeletionProtection: given.DeletionProtection ?? 'INACTIVE',
    LambdaConfig: {},
    SchemaAttributes: fixed.SchemaAttributes,
    AutoVerifiedAttributes: distinct(given.AutoVerifiedAttributes),
    AliasAttributes: fixed.AliasAttributes,
    UsernameAttributes: fixed.UsernameAttributes,
    UsernameConfiguration: fixed.UsernameConfiguration,
    VerificationMessageTemplate: { ...DEFAULT_VERIFICATION, ...verification },
    SmsAuthenticationMessage: given.SmsAuthenticationMessage ?? DEFAULT_SMS_AUTHENTICATION,
    UserAttributeUpdateSettings: {
      AttributesRequireVerificationBeforeUpdate: distinct(
        given.UserAttributeUpdateSettings?.AttributesRequireVerificationBeforeUpdate,
      ),
    },
    MfaConfiguration: given.MfaConfiguration ?? 'OFF',
    EmailConfiguration: { EmailSendingAccount: 'COGNITO_DEFAULT', ...present(given.EmailConfiguration) },
    SmsConfiguration: smsConfiguration(given.SmsConfiguration),
    AdminCreateUserConfig: {
      AllowAdminCreateUserOnly: given.AdminCreateUserConfig?.AllowAdminCreateUserOnly ?? false,
      UnusedAccountValidityDays: validityDays(given).unusedAccount,
      InviteMessageTemplate: { ...DEFAULT_INVITATION, ...invitation },
    },
    AccountRecoverySetting: given.AccountRecoverySetting?.RecoveryMechanisms && {
      RecoveryMechanisms: given.AccountRecoverySetting.RecoveryMechanisms,
    },
    UserPoolAddOns: given.UserPoolAddOns?.AdvancedSecurityMode && {
      AdvancedSecurityMode: given.UserPoolAddOns.AdvancedSecurityMode,
    },
    UserPoolTier: given.UserPoolTier ?? 'ESSENTIALS',
  };
  checkPoolSettings(settings);
  checkTemplates(settings);
  const defaulted = [
    ...(caseDefaulted ? ['UsernameConfiguration'] : []),
    ...missing('VerificationMessageTemplate', DEFAULT_VERIFICATION, verification),
    ...missing('InviteMessageTemplate', DEFAULT_INVITATION, invitation),
    ...(given.SmsAuthenticationMessage === undefined ? ['SmsAuthenticationMessage'] : []),
    ...(given.UserAttributeUpdateSettings === undefined ? ['UserAttributeUpdateSettings'] : []),
  ];
  return { settings, defaulted };
}

/** USR-217: no policy means the strong one; in a policy that leaves something out, that is not required. */
function policies(given: GivenSettings): PoolSettings['Policies'] {
  const policy = given.Policies?.PasswordPolicy;
  const factors = given.Policies?.SignInPolicy?.AllowedFirstAuthFactors;
  const { temporaryPassword } = validityDays(given);
  return {
    PasswordPolicy: {
      ...STRONG_POLICY,
      ...(policy && {
        MinimumLength: policy.MinimumLength ?? STRONG_POLICY.MinimumLength,
        RequireUppercase: policy.RequireUppercase ?? false,
        RequireLowercase: policy.RequireLowercase ?? false,
        RequireNumbers: policy.RequireNumbers ?? false,
        RequireSymbols: policy.RequireSymbols ?? false,
      }),
      TemporaryPasswordValidityDays: temporaryPassword,
      ...(policy?.PasswordHistorySize && { PasswordHistorySize: policy.PasswordHistorySize }),
    },
    ...(factors && { SignInPolicy: { AllowedFirstAuthFactors: factors } }),
  };
}

/** How long an invitation lasts has two names too, the older one in `AdminCreateUserConfig`; 0 means seven days. */
function validityDays(given: GivenSettings): { temporaryPassword: number; unusedAccount: number } {
  const temporary = given.Policies?.PasswordPolicy?.TemporaryPasswordValidityDays;
  const unused = given.AdminCreateUserConfig?.UnusedAccountValidityDays;
  if (temporary !== undefined && unused !== undefined && (temporary || SEVEN) !== (unused || SEVEN))
    throw invalidParameter(
      'Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays',
    );
  return { temporaryPassword: temporary ?? unused ?? SEVEN, unusedAccount: unused ?? (temporary || SEVEN) };
}

const SEVEN = 7;

const distinct = <T>(list: readonly T[] | undefined): T[] => [...new Set(list)];

/** Without what is `undefined`, which would otherwise overwrite a default. */
function present<T extends object>(given: T | undefined): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(given ?? {}).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

const missing = (path: string, all: object, given: object | undefined) =>
  Object.keys(all)
    .filter((key) => !(given && key in given))
    .map((key) => `${path}.${key}`);
