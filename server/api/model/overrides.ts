/**
 * Where Foyer takes another input than the service's model says, each with its reason. Short on purpose: everything
 * else is the model's.
 */
import type { Model, Shape } from './models.ts';

/** Text that the model allows in messages. */
const TEXT = '[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\s*]*';
/** At the start of a text: it holds a code placeholder. */
const HAS_CODE = '(?=(?:(?!\\{####\\})[^])*\\{####\\})';
/** At the start of a text: it holds a link placeholder. */
const HAS_LINK = '(?=(?:(?!\\{##)[^])*\\{##(?:(?!##\\})[^])*##\\})';

export const OPERATION_OVERRIDES: Partial<
  Record<Model['service'], Record<string, Partial<Model['operations'][string]>>>
> = {
  'cognito-idp': {
    // SDKs sign it, and the service does not look: the secret of the client is what proves the caller.
    GetClientToken: { auth: 'none' },
  },
};

export const SHAPE_OVERRIDES: Partial<Record<Model['service'], Record<string, Partial<Shape>>>> = {
  'cognito-idp': {
    // The model knows prefixes only, yet the same member takes host names (HUI-53). `configuration/domain-names.ts`
    // tells the two apart and says what is wrong with either, so any name may come as far as that.
    DomainType: { pattern: '[^\\s]+', max: 253 },
    // Equal to the model's patterns, written so that a hostile text of 20,000 characters is judged in linear time.
    EmailVerificationMessageType: { linearPattern: `${HAS_CODE}${TEXT}` },
    EmailMfaMessageType: { linearPattern: `${HAS_CODE}${TEXT}` },
    EmailVerificationMessageByLinkType: { linearPattern: `${HAS_LINK}${TEXT}` },
    // The documentation of GetClientToken demands the last of these; the model has forgotten it.
    ExplicitAuthFlowsType: {
      enum: [
        'ADMIN_NO_SRP_AUTH',
        'CUSTOM_AUTH_FLOW_ONLY',
        'USER_PASSWORD_AUTH',
        'ALLOW_ADMIN_USER_PASSWORD_AUTH',
        'ALLOW_CUSTOM_AUTH',
        'ALLOW_USER_PASSWORD_AUTH',
        'ALLOW_USER_SRP_AUTH',
        'ALLOW_REFRESH_TOKEN_AUTH',
        'ALLOW_USER_AUTH',
        'ALLOW_TOKEN_EXCHANGE_DELEGATION',
        'ALLOW_TOKEN_EXCHANGE_IMPERSONATION',
        'ALLOW_CLIENT_TOKEN_AUTH',
      ],
    },
    // Secrets that the model does not mark as such: no fault may repeat them.
    ConfirmationCodeType: { sensitive: true },
    ProviderDetailsType: { sensitive: true },
    PreSignedUrlType: { sensitive: true },
    // The model sets no bound, and its pattern takes quadratic time.
    EmailAddressType: { max: 2048 },
  },
};
