/**
 * Texts of messages that a pool may set: their defaults, what each must contain, and the two names under which the
 * API knows some of them (USR-224, 225, 229, 230). Filling them in is the work of `messages`.
 */
import type { PoolSettings } from '#adapters/directory/records.ts';
import { invalidParameter } from '../errors.ts';

type Verification = PoolSettings['VerificationMessageTemplate'];
type Invitation = PoolSettings['AdminCreateUserConfig']['InviteMessageTemplate'];

export const DEFAULT_VERIFICATION: Verification = {
  SmsMessage: 'Your verification code is {####}.',
  EmailMessage: 'Your verification code is {####}.',
  EmailSubject: 'Your verification code',
  EmailMessageByLink: 'Please click the link below to verify your email address. {##Verify Email##}',
  EmailSubjectByLink: 'Your verification link',
  DefaultEmailOption: 'CONFIRM_WITH_CODE',
};

export const DEFAULT_INVITATION: Invitation = {
  SMSMessage: 'Your username is {username} and temporary password is {####}.',
  EmailMessage: 'Your username is {username} and temporary password is {####}.',
  EmailSubject: 'Your temporary password',
};

export const DEFAULT_SMS_AUTHENTICATION = 'Your authentication code is {####}.';

export interface GivenTemplates {
  VerificationMessageTemplate?: { [K in keyof Verification]?: Verification[K] | undefined } | undefined;
  SmsVerificationMessage?: string | undefined;
  EmailVerificationMessage?: string | undefined;
  EmailVerificationSubject?: string | undefined;
}

/** The older name of a text, and its newer one in `VerificationMessageTemplate`. */
const MIRRORED = [
  ['SmsVerificationMessage', 'SmsMessage'],
  ['EmailVerificationMessage', 'EmailMessage'],
  ['EmailVerificationSubject', 'EmailSubject'],
] as const;

/** What was given, under the newer names. Throws Refusal `invalid-parameter` when the two names disagree. */
export function givenVerification(given: GivenTemplates): Partial<Verification> {
  const merged = { ...given.VerificationMessageTemplate };
  for (const [older, newer] of MIRRORED) {
    const value = given[older];
    if (value === undefined) continue;
    if (merged[newer] !== undefined && merged[newer] !== value)
      throw invalidParameter(`${older} and VerificationMessageTemplate.${newer} must be the same.`);
    merged[newer] = value;
  }
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined));
}

/** Throws Refusal `invalid-parameter` naming the first text that lacks its placeholder or is too long. */
export function checkTemplates(
  settings: Pick<PoolSettings, 'VerificationMessageTemplate' | 'SmsAuthenticationMessage'> & {
    AdminCreateUserConfig: { InviteMessageTemplate: Invitation };
  },
): void {
  const { VerificationMessageTemplate: verification, AdminCreateUserConfig } = settings;
  const invitation = AdminCreateUserConfig.InviteMessageTemplate;
  body('SmsAuthenticationMessage', settings.SmsAuthenticationMessage, SMS, [CODE]);
  body('VerificationMessageTemplate.SmsMessage', verification.SmsMessage, SMS, [CODE]);
  body('VerificationMessageTemplate.EmailMessage', verification.EmailMessage, EMAIL, [CODE]);
  body('VerificationMessageTemplate.EmailMessageByLink', verification.EmailMessageByLink, EMAIL, [LINK]);
  subject('VerificationMessageTemplate.EmailSubject', verification.EmailSubject);
  subject('VerificationMessageTemplate.EmailSubjectByLink', verification.EmailSubjectByLink);
  body('InviteMessageTemplate.SMSMessage', invitation.SMSMessage, SMS, [USERNAME, CODE]);
  body('InviteMessageTemplate.EmailMessage', invitation.EmailMessage, EMAIL, [USERNAME, CODE]);
  subject('InviteMessageTemplate.EmailSubject', invitation.EmailSubject);
}

const SMS = 140;
const SUBJECT = 140;
const EMAIL = 20_000;

type Placeholder = [shown: string, found: (text: string) => boolean];
const CODE: Placeholder = ['{####}', (text) => text.includes('{####}')];
const USERNAME: Placeholder = ['{username}', (text) => text.includes('{username}')];
const LINK: Placeholder = [
  '{##link text##}',
  (text) => {
    const start = text.indexOf('{##');
    // With at least one character between: a link without text cannot be followed.
    return start >= 0 && text.indexOf('##}', start + 4) >= 0;
  },
];

function body(name: string, text: string, most: number, placeholders: Placeholder[]): void {
  const length = [...text].length;
  if (length < 6 || length > most) throw invalidParameter(`${name} must have 6 to ${most} characters.`);
  for (const [shown, found] of placeholders)
    if (!found(text)) throw invalidParameter(`${name} must contain ${shown}.`);
}

/** One line: a second one would become a header of the mail. */
function subject(name: string, text: string): void {
  const length = [...text].length;
  if (length < 1 || length > SUBJECT) throw invalidParameter(`${name} must have 1 to ${SUBJECT} characters.`);
  if (/[\r\n]/.test(text)) throw invalidParameter(`${name} must be one line.`);
}
