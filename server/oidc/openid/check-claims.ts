/** What the `claims` parameter may be (OpenID Connect Core 5.5), beyond what the library asks of it. */
import { type ClaimsParameter, errors, type KoaContextWithOIDC } from 'oidc-provider';

/** Characters. It is kept with the sign-in, and read again whenever user info is asked. */
const LONGEST = 4096;

/** Looked at before anything goes through its members, which may lie in each other thousands deep. */
export function checkClaims({ oidc }: KoaContextWithOIDC, claims: ClaimsParameter): void {
  if (String(oidc.params?.['claims'] ?? '').length > LONGEST)
    throw new errors.InvalidRequest('claims is too long');
  for (const place of ['userinfo', 'id_token'] as const)
    for (const asked of Object.values(claims[place] ?? {}))
      if (typeof asked !== 'object' || Array.isArray(asked))
        throw new errors.InvalidRequest(`members of claims.${place} must be null or objects`);
}
