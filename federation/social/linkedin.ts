import { oidcKind } from '../oidc/kind.ts';
import type { Preset } from '../provider.ts';

/**
 * LinkedIn, by `oidc_issuer` https://www.linkedin.com/oauth and scopes `openid profile email`. Its ID tokens do not
 * repeat the nonce: the answer is tied to the browser by state alone.
 * learn.microsoft.com/linkedin/consumer/integrations/self-serve/sign-in-with-linkedin-v2
 */
export const linkedin: Preset = {
  issuer: /^https:\/\/www\.linkedin\.com\/oauth$/,
  kind: oidcKind({ nonce: false }),
};
