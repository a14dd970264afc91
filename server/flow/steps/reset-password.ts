import { confirmForgotPassword } from '../../accounts/recovery/confirm-forgot-password.ts';
import { tellOfEnd } from '../../tokens/back-channel/tell-of-end.ts';
import { codeField, newPasswordField, usernameField } from '../fields.ts';
import type { Step } from '../step.ts';
import { say } from '../texts/texts.ts';

/** The code from the message and a new password; then back to signing in (HUI-170). */
export const resetPassword: Step = {
  name: 'reset-password',
  needs: 'recovery',

  fields: ({ t, pool, remembered }) => [
    // Opened by its address, the page does not know yet who is here.
    ...(remembered.username ? [] : [usernameField(t, pool.settings)]),
    codeField(t),
    newPasswordField(t, pool.settings.Policies.PasswordPolicy),
  ],

  show: ({ t, remembered: { username, delivery } }) => ({
    heading: t.reset.heading,
    intro:
      delivery &&
      say(delivery.medium === 'SMS' ? t.reset.sentAsText : t.reset.sent, {
        destination: delivery.destination,
      }),
    username,
  }),

  async submit(
    { pool, client, remembered, address },
    { username = remembered.username ?? '', code = '', password = '' },
  ) {
    const { id: account } = await confirmForgotPassword(pool, client, { username, code, password, address });
    await tellOfEnd(pool, account);
    const remember = { username, delivery: undefined };
    return { to: 'sign-in', notice: 'password-changed', remember, account };
  },
};
