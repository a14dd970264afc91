import { forgotPassword as sendCode } from '../../accounts/recovery/forgot-password.ts';
import { usernameField } from '../fields.ts';
import type { Step } from '../step.ts';

/** Asks for a code with which a new password can be chosen. Says the same whether there is an account or not. */
export const forgotPassword: Step = {
  name: 'forgot-password',
  needs: 'recovery',

  fields: ({ t, pool, remembered, interaction }) => [
    usernameField(t, pool.settings, remembered.username ?? interaction.loginHint),
  ],

  show: ({ t }) => ({ heading: t.forgot.heading }),

  async submit({ pool, client, address }, { username = '' }) {
    const delivery = await sendCode(pool, client, { username, address });
    return { to: 'reset-password', remember: { username, delivery } };
  },
};
