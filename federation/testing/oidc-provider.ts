import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import { CookieJar } from 'tough-cookie';
import { type LocalVendor, type Reply, send } from './local-vendor.ts';
import { fullName, person } from './people.ts';

/** A provider that others wrote: oidc-provider as it comes, but that signing in there is a header of the request. */
export async function openOidcProvider(client: {
  id: string;
  secret: string;
  callbackUrl: string;
}): Promise<LocalVendor> {
  const broken = new Map<string, Reply>();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', base);
    const reply = broken.get(pathname);
    if (reply) send(response, reply);
    else if (pathname.startsWith('/interaction/')) signIn(provider, request, response);
    else provider.callback()(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(base, {
    clients: [{ client_id: client.id, client_secret: client.secret, redirect_uris: [client.callbackUrl] }],
    clientDefaults: { token_endpoint_auth_method: 'client_secret_post' },
    clientAuthMethods: ['client_secret_post'],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    features: { devInteractions: { enabled: false }, userinfo: { enabled: true } },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    async findAccount(_ctx, id) {
      const { email, verified } = person(id);
      return {
        accountId: id,
        claims: async () => ({ sub: id, email, email_verified: verified, name: fullName(person(id)) }),
      };
    },
    async loadExistingGrant(ctx) {
      const { oidc } = ctx;
      const grant = new oidc.provider.Grant({ clientId: client.id, accountId: oidc.session?.accountId });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
  });
  return {
    base,
    seen: [],
    broken,
    route: () => undefined,
    visit,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function signIn(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const who = String(request.headers['x-person']);
  const no = { error: 'access_denied', error_description: 'The person said no' };
  return provider.interactionFinished(
    request,
    response,
    who === 'nobody' ? no : { login: { accountId: who } },
  );
}

/** Follows the redirects of the provider with its cookies, until one leads away. */
async function visit(start: string, who: string) {
  const jar = new CookieJar();
  for (let url = start; ; ) {
    const headers = { 'x-person': who, cookie: jar.getCookieStringSync(url) };
    const response = await fetch(url, { redirect: 'manual', headers });
    for (const cookie of response.headers.getSetCookie()) jar.setCookieSync(cookie, url);
    const location = response.headers.get('location');
    if (!location)
      throw new Error(`The provider shows a page (${response.status}): ${await response.text()}`);
    await response.body?.cancel();
    const next = new URL(location, url);
    if (next.origin !== new URL(start).origin)
      return { method: 'GET' as const, parameters: Object.fromEntries(next.searchParams) };
    url = next.href;
  }
}
