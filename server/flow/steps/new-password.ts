import { setNewPassword } from '../../accounts/sign-in/set-new-password.ts';
import { attributeField } from '../attribute-fields.ts';
import { newPasswordField } from '../fields.ts';
import { ADVANCE, type Step } from '../step.ts';

/** Someone whose account was made by an administrator replaces the temporary password (HUI-166). */
export const newPassword: Step = {
  name: 'new-password',
  needs: 'password',
  answers: 'NEW_PASSWORD_REQUIRED',

  fields({ t, pool, standing }) {
    const missing =
      standing?.challenge.name === 'NEW_PASSWORD_REQUIRED' ? standing.challenge.requiredAttributes : [];
    return [
      ...missing.map((name) => attributeField(t, name, true)),
      newPasswordField(t, pool.settings.Policies.PasswordPolicy),
    ];
  },

  show: ({ t, standing }) => ({ heading: t.newPassword.heading, username: standing?.attempt.typed }),

  async submit({ pool, client, standing }, { password = '', ...attributes }) {
    if (standing) await setNewPassword(pool, client, standing.account, { password, attributes });
    return ADVANCE;
  },
};
