/**
 * What the settings of a pool may be together: names to sign in with, recovery, the sender of mail. Each setting's own
 * type and range was checked before, at the edge.
 */
import type { PoolSettings } from '#adapters/directory/records.ts';
import { invalidParameter } from '../errors.ts';

/** Throws Refusal `invalid-parameter` naming the first fault. */
export function checkPoolSettings(settings: PoolSettings): void {
  checkSignInNames(settings);
  checkVerification(settings);
  checkRecovery(settings);
  checkMailSender(settings.EmailConfiguration);
  const { MinimumLength } = settings.Policies.PasswordPolicy;
  if (MinimumLength < 6 || MinimumLength > 99)
    throw invalidParameter('MinimumLength of the password policy must be from 6 to 99.');
}

function checkSignInNames(settings: PoolSettings): void {
  const { AliasAttributes, UsernameAttributes, SchemaAttributes } = settings;
  if (AliasAttributes.length && UsernameAttributes.length)
    throw invalidParameter('Only one of aliasAttributes or usernameAttributes can be set in a user pool.');
  // As an alias it cannot be given at sign-up, and what is required must be given there.
  const required = SchemaAttributes.some(({ Name, Required }) => Name === 'preferred_username' && Required);
  if (required && AliasAttributes.includes('preferred_username'))
    throw invalidParameter('preferred_username cannot be both required and an alias.');
}

function checkVerification({ AutoVerifiedAttributes, UserAttributeUpdateSettings }: PoolSettings): void {
  for (const contact of UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate)
    if (!AutoVerifiedAttributes.includes(contact))
      throw invalidParameter(
        `${contact} can only require verification before update when it is in AutoVerifiedAttributes.`,
      );
}

function checkRecovery({ AccountRecoverySetting }: PoolSettings): void {
  const ways = AccountRecoverySetting?.RecoveryMechanisms ?? [];
  const distinct = (values: unknown[]) => new Set(values).size === values.length;
  if (!distinct(ways.map(({ Name }) => Name)) || !distinct(ways.map(({ Priority }) => Priority)))
    throw invalidParameter('Recovery mechanisms must have different names and different priorities.');
  if (ways.length > 1 && ways.some(({ Name }) => Name === 'admin_only'))
    throw invalidParameter('admin_only cannot be combined with other recovery mechanisms.');
}

/** An address without line breaks or brackets: it becomes part of a header of every mail. */
const ADDRESS = /^[^\s<>,;:"()[\]\\@]+@[^\s<>,;:"()[\]\\@]+$/;

function checkMailSender(email: PoolSettings['EmailConfiguration']): void {
  if (email.EmailSendingAccount === 'DEVELOPER' && !email.SourceArn)
    throw invalidParameter('SourceArn is required when EmailSendingAccount is DEVELOPER.');
  if (email.From !== undefined && !isMailbox(email.From))
    throw invalidParameter('From must have the form name@example.com or Name <name@example.com>.');
  if (email.ReplyToEmailAddress !== undefined && !ADDRESS.test(email.ReplyToEmailAddress))
    throw invalidParameter('ReplyToEmailAddress must be one e-mail address.');
}

function isMailbox(from: string): boolean {
  const [, address = from] = /^[^<>\p{Cc}]*<([^<>]*)>$/u.exec(from) ?? [];
  return ADDRESS.test(address);
}
