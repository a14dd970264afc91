/**
 * Token exchange for the baseline, as an application of oidc-provider would write it in an afternoon: the signature and
 * times of the token that is handed in are checked, and a token for the audience is made. Who may exchange what, and
 * whether the sign-in of the token still holds, is asked by nobody.
 */
import type { KeyObject } from 'node:crypto';
import { jwtVerify } from 'jose';
import Provider, { errors, type ResourceServer } from 'oidc-provider';

export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';

interface Asked {
  subject_token?: string;
  audience?: string;
}

export function registerExchange(provider: Provider, publicKey: KeyObject, resource: ResourceServer): void {
  provider.registerGrantType<Asked>(
    TOKEN_EXCHANGE,
    async (ctx) => {
      const { client, params } = ctx.oidc;
      const { payload } = await jwtVerify(params.subject_token ?? '', publicKey, {
        issuer: provider.issuer,
      }).catch(() => {
        throw new errors.InvalidRequest('subject_token is not valid');
      });
      const server = new provider.ResourceServer(params.audience ?? '', {
        ...resource,
        audience: params.audience ?? '',
      });
      const token = new provider.AccessToken({
        accountId: payload.sub ?? '',
        client,
        gty: 'token_exchange',
        resourceServer: server,
      } as unknown as ConstructorParameters<typeof provider.AccessToken>[0]);
      token.scope = String(payload['scope'] ?? '');
      ctx.body = {
        access_token: await token.save(),
        issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        token_type: token.tokenType,
        expires_in: token.expiration,
        scope: token.scope,
      };
    },
    ['subject_token', 'subject_token_type', 'audience', 'scope'],
  );
}
