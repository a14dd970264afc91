import { Refusal } from '../../errors.ts';
import { withIdentifier } from '../federation/choices.ts';
import type { Step } from '../step.ts';

/** Home realm discovery: the domain of an e-mail address says through which provider its owner signs in (FED-20). */
export const findProvider: Step = {
  name: 'find-provider',
  needs: 'emailProviders',

  fields: ({ t, interaction }) => [
    {
      name: 'email',
      label: t.findProvider.label,
      type: 'email',
      autocomplete: 'email',
      inputmode: 'email',
      verbatim: true,
      required: true,
      value: interaction.loginHint,
      focus: true,
    },
  ],

  show: ({ t }) => ({ heading: t.findProvider.heading, intro: t.findProvider.intro }),

  async submit({ providers, beginAgain }, { email = '' }) {
    const domain = email.slice(email.lastIndexOf('@') + 1);
    // Of an address without a provider nothing is said but that: not which domains there are (FED-21).
    if (!email.includes('@') || !withIdentifier(providers, domain))
      throw new Refusal('provider-domain-unknown', { attribute: 'email' });
    return { onward: beginAgain({ idp_identifier: domain }) };
  },
};
