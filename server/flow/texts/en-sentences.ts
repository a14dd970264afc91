/**
 * What a refusal means to a person, in English: one row per reason of `server/errors.ts`, which the type demands.
 * Sentences tell what to do next; they blame nobody, and never tell what a stranger should not learn.
 */
import type { Reason } from '../../errors.ts';

const TRY_AGAIN_LATER = 'That was tried too often. Please wait a while and try again.';
const ASK_OPERATORS = 'That is not possible here. Ask the people who run this application.';
const WRONG_CREDENTIALS = 'That sign-in name or password is not right. Check both and try again.';
const SIGN_IN_AGAIN = 'That took too long. Please sign in again.';
const TAKEN = 'There is an account with this already. Sign in with it, or choose another one.';

export const sentences: Record<Reason, string> = {
  'invalid-parameter': 'Something that was sent is not of the right form. Check it and try again.',
  'too-many-requests': TRY_AGAIN_LATER,
  'limit-exceeded': TRY_AGAIN_LATER,
  busy: 'Sign-in is very busy just now. Please try again in a moment.',

  'pool-not-found': ASK_OPERATORS,
  'client-not-found': ASK_OPERATORS,
  'resource-not-found': ASK_OPERATORS,
  'group-not-found': ASK_OPERATORS,
  'user-not-found': 'There is no account with this name.',

  'client-not-authorized': ASK_OPERATORS,
  'operation-not-enabled': ASK_OPERATORS,
  'tier-too-low': ASK_OPERATORS,
  'secret-hash-wrong': ASK_OPERATORS,
  'secret-hash-missing': ASK_OPERATORS,
  'client-secret-wrong': ASK_OPERATORS,
  'revocation-disabled': ASK_OPERATORS,
  'token-type-unsupported': ASK_OPERATORS,
  'oauth-flow-invalid': ASK_OPERATORS,
  'scope-unknown': ASK_OPERATORS,

  'credentials-wrong': WRONG_CREDENTIALS,
  'attempts-exceeded': TRY_AGAIN_LATER,
  'user-disabled': 'This account has been switched off. Ask the people who run this application.',
  'user-not-confirmed': 'This account has not been confirmed yet.',
  'password-reset-required': 'Your password has to be reset before you can sign in.',
  'temporary-password-expired':
    'The temporary password has expired. Ask the people who run this application for a new one.',
  'attempt-expired': SIGN_IN_AGAIN,
  'access-token-invalid': SIGN_IN_AGAIN,
  'access-token-expired': SIGN_IN_AGAIN,
  'access-token-revoked': SIGN_IN_AGAIN,
  'access-token-scope': SIGN_IN_AGAIN,
  'timestamp-skewed': SIGN_IN_AGAIN,
  'session-used': SIGN_IN_AGAIN,
  'session-invalid': SIGN_IN_AGAIN,
  'session-malformed': SIGN_IN_AGAIN,
  'refresh-token-invalid': SIGN_IN_AGAIN,
  'refresh-token-expired': SIGN_IN_AGAIN,
  'refresh-token-reused': SIGN_IN_AGAIN,
  'refresh-token-revoked': SIGN_IN_AGAIN,

  'password-reused': 'You have used this password before. Choose another one.',
  'password-policy': 'This password does not have all that is needed. Look at the list below it.',

  'sign-up-closed': 'New accounts are made by the people who run this application. Ask them for one.',
  'username-taken': TAKEN,
  'user-account-exists': TAKEN,
  'contact-taken-username': TAKEN,
  'contact-taken-invitation': TAKEN,
  'alias-taken':
    'Another account is confirmed with this address already. Sign in with that account, or reset its password.',
  'cannot-confirm': 'This account is confirmed already. Go on and sign in.',
  'already-confirmed': 'This account is confirmed already. Go on and sign in.',
  'code-wrong': 'That code is not right. Check the latest message, or send a new one.',
  'code-expired': 'That code is not valid any more. Send a new one.',
  'code-attempts-exceeded': 'That was tried too often. Please wait a while before the next try.',
  'no-contact-to-confirm':
    'No message can be sent for this account. The people who run this application have to confirm it.',

  'no-verified-contact':
    'This account has no confirmed address that a code could be sent to. Ask the people who run this application.',
  'cannot-reset-password':
    'The password of this account cannot be reset now. Sign in with the temporary password, or ask for a new one.',

  'attribute-not-writable': ASK_OPERATORS,
  'attribute-schema': '“{label}” is not of the right form.',
  'attribute-immutable': 'This cannot be changed any more.',
  'email-format': 'That does not look like an email address.',
  'phone-format': 'A phone number begins with + and the country code, then digits only.',
  'username-form': 'That cannot be used here. Look at what is asked for and try another one.',

  'delivery-failed': 'The message could not be sent. Please try again in a moment.',
  'mail-limit': 'Too many messages were sent today. Please try again tomorrow.',
  'sms-limit': 'Too many messages were sent today. Please try again tomorrow.',

  'provider-not-found': ASK_OPERATORS,
  'provider-exists': ASK_OPERATORS,
  'provider-attributes-required': ASK_OPERATORS,
  'provider-username-taken': ASK_OPERATORS,
  'provider-subject': ASK_OPERATORS,
  'provider-domain-unknown':
    'No company with this address signs in here. Check it, or choose another way to sign in.',

  'group-exists': ASK_OPERATORS,
  'resend-not-possible': ASK_OPERATORS,
  'tags-invalid': ASK_OPERATORS,
  'precondition-not-met': ASK_OPERATORS,
  'import-in-progress': TRY_AGAIN_LATER,
  'devices-not-tracked': ASK_OPERATORS,
  'threat-protection-off': ASK_OPERATORS,
};
