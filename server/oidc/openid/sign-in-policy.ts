/** When a person must do something before an application is answered (OpenID Connect Core 3.1.2.3, 5.5.1). */
import { errors, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import type { Pool } from '../../pool.ts';
import { isTooOld } from '../configuration.ts';
import { askedOf, mustAsk } from './consent.ts';

type Request = KoaContextWithOIDC['oidc'];

/** How a person proved who they are, as `acr` says it: by one factor. */
export const ACR_VALUES = ['urn:foyer:acr:1fa'] as const;

const { base, Check, Prompt } = interactionPolicy;

export function signInPolicy(pool: Pool): interactionPolicy.DefaultPolicy {
  const policy = base();
  const login = policy.get('login')?.checks;
  // Ours instead: to whoever has just signed in, the library's would show the sign-in page again and again.
  for (const reason of ['id_token_hint', 'claims_id_token_sub_value', 'essential_acrs', 'essential_acr'])
    login?.remove(reason);
  const ask = (reason: string, why: string, check: (request: Request) => boolean | Promise<boolean>) =>
    login?.add(new Check(reason, why, 'login_required', ({ oidc }) => check(oidc)));
  ask('no_account', 'the person must sign in', ({ account }) => account === undefined);
  ask('sso_age', 'the client wants a fresher sign-in', (oidc) => isTooOld(pool, oidc));
  ask('other_person', 'the request is about somebody else', async (oidc) =>
    isOther(oidc, [await hinted(oidc), demanded(oidc)]),
  );
  ask('acr', 'the person must prove it in another way', refuseUnmetAcr);
  policy.remove('consent');
  policy.add(new Prompt({ name: 'select_account', requestable: true }));
  policy.add(
    new Prompt(
      { name: 'consent', requestable: true },
      ({ oidc }) => ({ ...askedOf(pool, oidc) }),
      new Check('not_agreed', 'the person must be asked first', ({ oidc }) => mustAsk(pool, oidc)),
    ),
  );
  return policy;
}

/** Whether somebody else must sign in. @throws LoginRequired when somebody has, and it is still another */
function isOther({ session, result }: Request, demands: ((sub: string) => boolean)[]): boolean {
  const sub = session?.accountId;
  if (sub === undefined || demands.every((isFor) => isFor(sub))) return false;
  if (result?.login) throw new errors.LoginRequired('somebody else signed in than the request is about');
  return true;
}

/** By `id_token_hint`. It was checked when it came; on the way back from the pages it is read once more. */
async function hinted({ params, provider, client }: Request): Promise<(sub: string) => boolean> {
  const hint = params?.['id_token_hint'];
  if (typeof hint !== 'string') return () => true;
  const { IdToken } = provider as unknown as {
    IdToken: { validate(hint: string, client: unknown): Promise<{ payload: { sub: string } }> };
  };
  try {
    const { payload } = await IdToken.validate(hint, client);
    return (sub) => sub === payload.sub;
  } catch {
    throw new errors.InvalidRequest('id_token_hint is not an ID token of this client');
  }
}

/** By the `sub` that `claims` asks for: no other person's ID token may be the answer (section 5.5.1). */
function demanded({ claims }: Request): (sub: string) => boolean {
  const asked = valuesOf(claims?.id_token?.['sub']);
  return (sub) => asked === undefined || asked.includes(sub);
}

/**
 * A way of proving that the application cannot do without, and that there is not: signing in again would not help
 * (OpenID Connect Core 5.5.1.1, Unmet Authentication Requirements 1.0).
 */
function refuseUnmetAcr({ claims }: Request): boolean {
  const acr = claims?.id_token?.['acr'];
  const asked = isObject(acr) && acr['essential'] === true ? valuesOf(acr) : undefined;
  if (asked && !ACR_VALUES.some((value) => asked.includes(value)))
    throw new errors.UnmetAuthenticationRequirements('none of the requested acr values can be met');
  return false;
}

/** The values of one claim of the `claims` parameter, as the application wrote them; undefined when it names none. */
function valuesOf(claim: unknown): unknown[] | undefined {
  if (!isObject(claim)) return undefined;
  const { value, values } = claim;
  if (values !== undefined && !Array.isArray(values))
    throw new errors.InvalidRequest('values of a claim must be a list');
  return value === undefined ? values : [value, ...(values ?? [])];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
