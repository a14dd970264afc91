/**
 * Every refusal that a rule can give, with its stable reason.
 *
 * A rule throws `new Refusal('user-disabled')`. The reason is the key of three tables that shape it: the `code` and
 * text below for the JSON API, a sentence for people in `flow/sentences.ts`, an OAuth error where the protocol has
 * its own. Tests walk this list, so that no reason lacks a row. Anything that is not a Refusal is a fault: it
 * answers 500 with the request id, and its cause stays in the log.
 */

/** The error names of the Cognito API that Foyer gives (`__type`). */
export type ErrorCode =
  | 'AliasExistsException'
  | 'CodeDeliveryFailureException'
  | 'CodeMismatchException'
  | 'ConcurrentModificationException'
  | 'DuplicateProviderException'
  | 'ExpiredCodeException'
  | 'FeatureUnavailableInTierException'
  | 'GroupExistsException'
  | 'InternalErrorException'
  | 'InvalidOAuthFlowException'
  | 'InvalidParameterException'
  | 'InvalidPasswordException'
  | 'InvalidUserPoolConfigurationException'
  | 'LimitExceededException'
  | 'NotAuthorizedException'
  | 'OperationNotEnabledException'
  | 'PasswordHistoryPolicyViolationException'
  | 'PasswordResetRequiredException'
  | 'RefreshTokenReuseException'
  | 'PreconditionNotMetException'
  | 'ResourceNotFoundException'
  | 'ScopeDoesNotExistException'
  | 'TooManyRequestsException'
  | 'UnauthorizedException'
  | 'UnsupportedOperationException'
  | 'UnsupportedTokenTypeException'
  | 'UnsupportedUserStateException'
  | 'UserImportInProgressException'
  | 'UserNotConfirmedException'
  | 'UserNotFoundException'
  | 'UserPoolAddOnNotEnabledException'
  | 'UserPoolTaggingException'
  | 'UsernameExistsException';

/** Texts are the service's own where it has one. `{name}` is replaced from the refusal's details. */
export const REASONS = {
  // The request itself
  'invalid-parameter': ['InvalidParameterException', '{message}'],
  'too-many-requests': ['TooManyRequestsException', 'Rate exceeded'],
  'limit-exceeded': ['LimitExceededException', '{message}'],
  'tier-too-low': [
    'FeatureUnavailableInTierException',
    'Session tracking is not available in the LITE tier. Choose ESSENTIALS or PLUS for the user pool.',
  ],
  'operation-not-enabled': ['OperationNotEnabledException', '{message}'],
  busy: ['TooManyRequestsException', 'The service is busy. Try again in a moment.'],

  // Things that are not there
  'pool-not-found': ['ResourceNotFoundException', 'User pool {pool} does not exist.'],
  'client-not-found': ['ResourceNotFoundException', 'User pool client {client} does not exist.'],
  'resource-not-found': ['ResourceNotFoundException', '{message}'],
  'user-not-found': ['UserNotFoundException', 'User does not exist.'],
  'group-not-found': ['ResourceNotFoundException', 'Group not found.'],
  'provider-not-found': ['ResourceNotFoundException', 'Identity provider {provider} does not exist.'],

  // Clients
  'secret-hash-wrong': ['NotAuthorizedException', 'Unable to verify secret hash for client {client}'],
  'secret-hash-missing': [
    'NotAuthorizedException',
    'Client {client} is configured with secret but SECRET_HASH was not received',
  ],
  'client-secret-wrong': ['UnauthorizedException', 'Invalid client secret'],
  'revocation-disabled': [
    'UnsupportedOperationException',
    'Token revocation is not enabled for this client.',
  ],
  'token-type-unsupported': ['UnsupportedTokenTypeException', 'Only refresh tokens can be revoked.'],
  'client-not-authorized': ['NotAuthorizedException', 'Invalid client secret.'],
  'oauth-flow-invalid': ['InvalidOAuthFlowException', '{message}'],
  'scope-unknown': ['ScopeDoesNotExistException', 'Invalid scope requested: {scope}'],

  // Signing in
  'credentials-wrong': ['NotAuthorizedException', 'Incorrect username or password.'],
  'attempts-exceeded': ['NotAuthorizedException', 'Password attempts exceeded'],
  'user-disabled': ['NotAuthorizedException', 'User is disabled.'],
  'user-not-confirmed': ['UserNotConfirmedException', 'User is not confirmed.'],
  'password-reset-required': ['PasswordResetRequiredException', 'Password reset required for the user'],
  'temporary-password-expired': [
    'NotAuthorizedException',
    'Temporary password has expired and must be reset by an administrator.',
  ],
  'attempt-expired': ['NotAuthorizedException', 'Invalid session for the user, session is expired.'],
  'access-token-invalid': ['NotAuthorizedException', 'Invalid Access Token'],
  'access-token-expired': ['NotAuthorizedException', 'Access Token has expired'],
  'access-token-revoked': ['NotAuthorizedException', 'Access Token has been revoked'],
  'access-token-scope': ['NotAuthorizedException', 'Access Token does not have required scopes'],
  'timestamp-skewed': ['NotAuthorizedException', 'TIMESTAMP is too far from the time of the server.'],
  'session-used': ['NotAuthorizedException', 'Invalid session for the user, session can only be used once.'],
  'session-invalid': ['NotAuthorizedException', 'Invalid session for the user.'],
  'session-malformed': ['CodeMismatchException', 'Invalid session provided'],
  'refresh-token-invalid': ['NotAuthorizedException', 'Invalid Refresh Token.'],
  'refresh-token-expired': ['NotAuthorizedException', 'Refresh Token has expired'],
  'refresh-token-reused': ['RefreshTokenReuseException', 'Refresh Token has already been used.'],
  'refresh-token-revoked': ['NotAuthorizedException', 'Refresh Token has been revoked'],

  // Passwords
  'password-reused': [
    'PasswordHistoryPolicyViolationException',
    'Password has previously been used and cannot be reused.',
  ],
  'password-policy': ['InvalidPasswordException', 'Password did not conform with policy: {rule}'],

  // Signing up and confirming
  'sign-up-closed': ['NotAuthorizedException', 'SignUp is not permitted for this user pool'],
  'username-taken': ['UsernameExistsException', 'User already exists'],
  'user-account-exists': ['UsernameExistsException', 'User account already exists'],
  'contact-taken-username': [
    'UsernameExistsException',
    'An account with the given {contact} already exists.',
  ],
  'alias-taken': ['AliasExistsException', 'An account with the given {contact} already exists.'],
  'cannot-confirm': ['NotAuthorizedException', 'User cannot be confirmed. Current status is {status}'],
  'already-confirmed': ['InvalidParameterException', 'User is already confirmed.'],
  'code-wrong': ['CodeMismatchException', 'Invalid verification code provided, please try again.'],
  'code-expired': ['ExpiredCodeException', 'Invalid code provided, please request a code again.'],
  'code-attempts-exceeded': ['LimitExceededException', 'Attempt limit exceeded, please try after some time.'],
  'no-contact-to-confirm': [
    'InvalidParameterException',
    'Cannot resend codes. Auto verification not turned on.',
  ],

  // Recovery
  'no-verified-contact': [
    'InvalidParameterException',
    'Cannot reset password for the user as there is no registered/verified email or phone_number',
  ],
  'cannot-reset-password': ['NotAuthorizedException', 'User password cannot be reset in the current state.'],

  // Attributes
  'attribute-not-writable': ['NotAuthorizedException', 'A client attempted to write unauthorized attribute'],
  'attribute-schema': [
    'InvalidParameterException',
    'Attributes did not conform to the schema: {attribute}: {fault}',
  ],
  'attribute-immutable': ['InvalidParameterException', 'user.{attribute}: Attribute cannot be updated.'],
  'email-format': ['InvalidParameterException', 'Invalid email address format.'],
  'phone-format': ['InvalidParameterException', 'Invalid phone number format.'],
  'username-form': ['InvalidParameterException', '{message}'],

  // Messages
  'delivery-failed': ['CodeDeliveryFailureException', 'The message could not be delivered.'],
  'mail-limit': [
    'LimitExceededException',
    'Exceeded daily email limit for the operation or the account. If a higher limit is required, please configure your user pool to use your own Amazon SES configuration for sending email from your account.',
  ],

  'sms-limit': ['LimitExceededException', 'Exceeded daily SMS limit for the user pool.'],

  // Administration
  'contact-taken-invitation': ['UsernameExistsException', 'An account with the {contact} already exists.'],
  'group-exists': ['GroupExistsException', 'A group with the name already exists.'],
  'resend-not-possible': [
    'UnsupportedUserStateException',
    'Resend not possible. {username} status is not FORCE_CHANGE_PASSWORD',
  ],
  'tags-invalid': ['UserPoolTaggingException', '{message}'],
  'devices-not-tracked': [
    'InvalidUserPoolConfigurationException',
    'Device tracking is not enabled for this user pool.',
  ],
  'threat-protection-off': [
    'UserPoolAddOnNotEnabledException',
    'Threat protection is not enabled for this user pool.',
  ],

  // Identity providers
  'provider-exists': [
    'DuplicateProviderException',
    'A provider {provider} exists in this user pool already.',
  ],
  'provider-attributes-required': ['InvalidParameterException', 'attributes required: [{attributes}]'],
  'provider-username-taken': [
    'InvalidParameterException',
    'User {username} already exists and is no user of this provider.',
  ],
  'provider-domain-unknown': ['InvalidParameterException', 'No identity provider has this domain.'],
  'provider-subject': [
    'InvalidParameterException',
    'The name of the user at the provider cannot be a username.',
  ],

  // Imports
  'precondition-not-met': ['PreconditionNotMetException', '{message}'],
  'import-in-progress': [
    'UserImportInProgressException',
    'The user pool cannot be changed while users are imported into it.',
  ],
} as const satisfies Record<string, readonly [ErrorCode, string]>;

export type Reason = keyof typeof REASONS;

/** A request that a rule refuses. `message` is the API's text; details fill its placeholders. */
export class Refusal extends Error {
  override name = 'Refusal';
  readonly reason: Reason;
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, string>>;

  constructor(reason: Reason, details: Record<string, string> = {}, options?: ErrorOptions) {
    const [code, text] = REASONS[reason];
    super(
      text.replace(/\{(\w+)\}/g, (_, key: string) => details[key] ?? ''),
      options,
    );
    this.reason = reason;
    this.code = code;
    this.details = details;
  }
}

/** Short for the commonest refusal: a parameter that is wrong, in the words of the service. */
export function invalidParameter(message: string): Refusal {
  return new Refusal('invalid-parameter', { message });
}
