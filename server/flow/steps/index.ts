import type { Page, Step } from '../step.ts';
import { confirmByLink } from './confirm-by-link.ts';
import { confirmSignUp } from './confirm-sign-up.ts';
import { consent } from './consent.ts';
import { error } from './error.ts';
import { findProvider } from './find-provider.ts';
import { forgotPassword } from './forgot-password.ts';
import { newPassword } from './new-password.ts';
import { resendCode } from './resend-code.ts';
import { resetPassword } from './reset-password.ts';
import { selectAccount } from './select-account.ts';
import { signIn } from './sign-in.ts';
import { signUp } from './sign-up.ts';
import { signedOut } from './signed-out.ts';

/** Every page of a sign-in. */
export const STEPS: Step[] = [
  signIn,
  selectAccount,
  signUp,
  confirmSignUp,
  resendCode,
  forgotPassword,
  resetPassword,
  newPassword,
  findProvider,
  consent,
];

/** Every page that stands on its own. */
export const PAGES: Page[] = [confirmByLink, error, signedOut];
