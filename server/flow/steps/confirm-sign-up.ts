import { confirmSignUp as confirm } from '../../accounts/sign-up/confirm-sign-up.ts';
import { contactToConfirm } from '../../accounts/sign-up/send-confirmation.ts';
import { maskedDelivery } from '../../messages/delivery.ts';
import { codeField } from '../fields.ts';
import { ADVANCE, type Step, type Visit } from '../step.ts';
import { say } from '../texts/texts.ts';

/** A new account waits to be confirmed: by a code, by the link of a message, or by an administrator. */
export const confirmSignUp: Step = {
  name: 'confirm-sign-up',
  needs: 'password',
  answers: 'CONFIRM_SIGN_UP',

  fields: (visit) => (['code', 'text message'].includes(waitsFor(visit).what) ? [codeField(visit.t)] : []),

  show(visit) {
    const { what, destination } = waitsFor(visit);
    const { intro, ...texts } = visit.t.confirm[what];
    const failed = visit.remembered.notice?.name === 'delivery-failed';
    return { ...texts, intro: failed ? undefined : say(intro, { destination }) };
  },

  async submit({ pool, client, standing, address }, { code }) {
    // Without a field for a code the form only asks again: `advance` sees whether the account is confirmed by now.
    if (!code || !standing) return { advance: true, notice: 'not-confirmed' };
    await confirm(pool, client, { username: standing.account.username, code, address });
    return ADVANCE;
  },
};

/** Links go out by e-mail only; a telephone gets a code whatever the pool says (USR-45). */
function waitsFor({ pool, standing }: Visit): {
  what: 'code' | 'text message' | 'link' | 'administrator';
  destination: string;
} {
  const contact = standing && contactToConfirm(pool.settings, standing.account);
  const value = contact && standing.account.attributes[contact];
  if (!value) return { what: 'administrator', destination: '' };
  const { destination, medium } = maskedDelivery(contact, value);
  if (medium === 'SMS') return { what: 'text message', destination };
  const byLink = pool.settings.VerificationMessageTemplate.DefaultEmailOption === 'CONFIRM_WITH_LINK';
  return { what: byLink ? 'link' : 'code', destination };
}
