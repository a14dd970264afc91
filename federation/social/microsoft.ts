import { oidcKind } from '../oidc/kind.ts';
import type { Preset } from '../provider.ts';
import type { Json } from '../read-answer.ts';

/** The clouds of the world, of the United States and of China, by their names of today and of before. */
const HOSTS = [
  ...['login.microsoftonline.com', 'login.windows.net', 'sts.windows.net', 'login.microsoft.com'],
  ...['login.microsoftonline.us', 'login.partner.microsoftonline.cn', 'login.chinacloudapi.cn'],
];

/**
 * Microsoft Entra ID, by `oidc_issuer` https://login.microsoftonline.com/<tenant>/v2.0, where the tenant may be
 * `common` or `organizations`: the issuer of each token is then that of the person's own tenant.
 * learn.microsoft.com/entra/identity-platform/v2-protocols-oidc
 */
export const microsoft: Preset = {
  issuer: new RegExp(`^https://(${HOSTS.map(RegExp.escape).join('|')})(:443)?(/|$)`, 'i'),
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
