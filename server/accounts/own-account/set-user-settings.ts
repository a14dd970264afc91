import { invalidParameter } from '../../errors.ts';

/** A factor of the old form, in which a text message was the only one. */
export interface MfaOption {
  DeliveryMedium?: string;
  AttributeName?: string;
}

/**
 * Somebody who is signed in asks for a code by text message at sign-in, or with an empty list for none. No pool asks
 * for a second factor yet, so there is nothing to switch off, and what asks for one is refused: nobody shall believe
 * that their account has a protection that it has not.
 * @throws Refusal `invalid-parameter`
 */
export function setUserSettings(options: readonly MfaOption[]): void {
  for (const { DeliveryMedium, AttributeName } of options) {
    if (DeliveryMedium !== 'SMS' || AttributeName !== 'phone_number')
      throw invalidParameter('MFAOptions takes SMS to the phone_number only.');
    throw invalidParameter('SMS MFA is not enabled for this user pool.');
  }
}
