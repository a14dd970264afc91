import { continueAs } from '../session-person.ts';
import type { Step } from '../step.ts';

/** Goes on as the person of the live session, who is asked because the application opened the sign-in page itself. */
export const selectAccount: Step = {
  name: 'select-account',
  fields: () => [],
  show: async (visit) => ({ heading: visit.t.signIn.heading, continueAs: await continueAs(visit) }),
  submit: async () => ({ continueSession: true }),
};
