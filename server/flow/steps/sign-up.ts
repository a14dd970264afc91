import { beginAttempt } from '../../accounts/sign-in/attempt.ts';
import { signUp as createAccount } from '../../accounts/sign-up/sign-up.ts';
import { writableAttributes } from '../../attribute-permissions.ts';
import { signUpAttributes } from '../attribute-fields.ts';
import { newPasswordField, newUsernameField } from '../fields.ts';
import { PAGES_WAIT_MS } from '../remembered.ts';
import type { Step } from '../step.ts';

/** A new account. Its password is proven by having been chosen, so once confirmed the person is signed in. */
export const signUp: Step = {
  name: 'sign-up',
  needs: 'signUp',

  fields({ t, pool, client }) {
    return [
      newUsernameField(t, pool.settings),
      ...signUpAttributes(t, pool.settings, writableAttributes(pool, client)),
      newPasswordField(t, pool.settings.Policies.PasswordPolicy, t.labels.password),
    ];
  },

  show: ({ t }) => ({ heading: t.signUp.heading }),

  async submit({ pool, client, interaction, address }, { username = '', password = '', ...attributes }) {
    const { account, deliveryFailed } = await createAccount(pool, client, {
      username,
      password,
      attributes,
      address,
    });
    await beginAttempt(pool, {
      id: interaction.uid,
      client,
      account,
      typed: username,
      proven: ['password'],
      lifetimeMs: PAGES_WAIT_MS,
    });
    return {
      advance: true,
      remember: { username },
      account: account.id,
      notice: deliveryFailed && 'delivery-failed',
    };
  },
};
