import { resendConfirmation } from '../../accounts/sign-up/resend-confirmation.ts';
import type { Step } from '../step.ts';

/** A new message with a new code or link, for someone who proved the password of an account to be confirmed. */
export const resendCode: Step = {
  name: 'resend-code',
  needs: 'password',
  answers: 'CONFIRM_SIGN_UP',
  fields: () => [],
  show: ({ t }) => ({ heading: t.resend.heading }),

  async submit({ pool, client, standing, address }) {
    if (standing) await resendConfirmation(pool, client, { username: standing.account.username, address });
    return { advance: true, notice: 'code-sent' };
  },
};
