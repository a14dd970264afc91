import type { PoolSettings } from '#adapters/directory/records.ts';

/** What the templates of a pool may refer to. */
interface Secret {
  /** For `{username}`. */
  username: string;
  /** For `{####}`: a one-time code or a temporary password. */
  code: string;
}
interface Link {
  username: string;
  /** For `{##text##}`: an absolute address. */
  link: string;
}

interface MessageData {
  'verification-code': Secret;
  'verification-link': Link;
  'password-reset-code': Secret;
  invitation: Secret;
}
export type MessageName = keyof MessageData;

/** A message with the data that it needs. */
export type Message = { [Name in MessageName]: { name: Name; data: MessageData[Name] } }[MessageName];

interface Entry<Data> {
  /** The pool's own words for it by e-mail. The body is HTML. */
  email(settings: PoolSettings): { subject: string; body: string };
  /** The pool's own words for it as a text message; absent: it goes by e-mail only. */
  sms?(settings: PoolSettings): string;
  /** Made up; tests render every message with it. */
  sample: Data;
}

const sample: Secret = { username: 'maria', code: '604218' };

/** Every message that is sent. Each has its views for e-mail in `views/emails/<name>/`. */
export const MESSAGES: { [Name in MessageName]: Entry<MessageData[Name]> } = {
  'verification-code': { email: codeByEmail, sms: codeBySms, sample },
  'password-reset-code': { email: codeByEmail, sms: codeBySms, sample },
  'verification-link': {
    email: ({ VerificationMessageTemplate: { EmailSubjectByLink, EmailMessageByLink } }) => ({
      subject: EmailSubjectByLink,
      body: EmailMessageByLink,
    }),
    sample: {
      username: 'maria',
      link: 'https://login.example.com/confirmUser?client_id=a1&user_name=maria&confirmation_code=604218',
    },
  },
  invitation: {
    email: ({ AdminCreateUserConfig: { InviteMessageTemplate } }) => ({
      subject: InviteMessageTemplate.EmailSubject,
      body: InviteMessageTemplate.EmailMessage,
    }),
    sms: ({ AdminCreateUserConfig: { InviteMessageTemplate } }) => InviteMessageTemplate.SMSMessage,
    sample: { username: 'maria', code: 'Wk7$mtHq2_xRbD' },
  },
};

function codeByEmail({ VerificationMessageTemplate: { EmailSubject, EmailMessage } }: PoolSettings) {
  return { subject: EmailSubject, body: EmailMessage };
}

function codeBySms({ VerificationMessageTemplate: { SmsMessage } }: PoolSettings) {
  return SmsMessage;
}
