import { ProviderFault } from '../provider.ts';

/** Why an answer proves nothing, a sentence: for the log, and for the application in the form that it knows. */
export const notVerified = (message: string, cause?: unknown) =>
  new ProviderFault('not-verified', message, {
    cause,
    description: `Invalid SAML response received: ${message}`,
  });
