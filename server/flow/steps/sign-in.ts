import { newAttempt } from '../../accounts/sign-in/attempt.ts';
import { checkPassword } from '../../accounts/sign-in/check-password.ts';
import { onlyProvider } from '../federation/choices.ts';
import { passwordField, usernameField } from '../fields.ts';
import { continueAs } from '../session-person.ts';
import type { Step } from '../step.ts';

/** The sign-in name and the password; with a live session also the way to go on as whom one is (spec 13). */
export const signIn: Step = {
  name: 'sign-in',
  needs: 'password',
  shows: 'signIn',
  straight: ({ client, interaction, providers, standing }) =>
    standing ? undefined : onlyProvider(client, interaction, providers),

  fields({ t, pool, remembered, interaction, offers }) {
    if (!offers.password) return [];
    const known = remembered.username ?? interaction.loginHint;
    return [usernameField(t, pool.settings, known), { ...passwordField(t), focus: Boolean(known) }];
  },

  show: async (visit) => ({
    heading: visit.t.signIn.heading,
    continueAs: visit.ctx.query['other'] === undefined ? await continueAs(visit) : undefined,
  }),

  async submit({ pool, client, interaction, address }, { username = '', password = '' }) {
    const account = await checkPassword(pool, client, { username, password, address });
    const attempt = newAttempt(pool, {
      id: interaction.uid,
      client,
      account,
      typed: username,
      proven: ['password'],
    });
    return { began: { attempt, account }, remember: { username, delivery: undefined } };
  },
};
