/** The address of every hosted page, below the pool's own address. */
export const PATHS = {
  'sign-in': '/login',
  'select-account': '/selectAccount',
  'sign-up': '/signup',
  'confirm-sign-up': '/confirm',
  'confirm-by-link': '/confirmUser',
  'resend-code': '/resendcode',
  'forgot-password': '/forgotPassword',
  'reset-password': '/confirmForgotPassword',
  'new-password': '/newPassword',
  'find-provider': '/findProvider',
  consent: '/consent',
  error: '/error',
  'signed-out': '/signedout',
} as const;

export type StepName = keyof typeof PATHS;
