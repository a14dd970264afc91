import { oidcKind } from '../oidc/kind.ts';
import type { Preset } from '../provider.ts';
import type { Json } from '../read-answer.ts';

/**
 * Microsoft Entra ID, by `oidc_issuer` https://login.microsoftonline.com/<tenant>/v2.0, where the tenant may be
 * `common` or `organizations`: the issuer of each token is then that of the person's own tenant.
 * learn.microsoft.com/entra/identity-platform/v2-protocols-oidc
 */
export const microsoft: Preset = {
  issuer: /^https:\/\/(login\.microsoftonline\.(com|us)|login\.windows\.net|sts\.windows\.net)(\/|$)/,
  kind: oidcKind({ refine: withProof }),
};

/**
 * Whoever runs a tenant writes any address into `email`. It counts as proven only where Microsoft says that the tenant
 * owns its domain, by the optional claim `xms_edov`.
 */
function withProof(claims: Json): Json {
  const proven = [true, 1, '1', 'true'].some((value) => value === claims['xms_edov']);
  return { ...claims, email_verified: proven };
}
