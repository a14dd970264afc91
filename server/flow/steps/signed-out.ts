import type { Page } from '../step.ts';

/** Where signing out ends when the application names no address of its own. */
export const signedOut: Page = {
  name: 'signed-out',
  show: ({ t }) => ({ heading: t.signedOut.heading }),
};
