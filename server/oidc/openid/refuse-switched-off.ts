/**
 * The one place that refuses what is switched off for a client (`configuration/openid/features.ts`). It is asked at the
 * moment when the library learns whose request it has, at every endpoint, before anything else is done with it: each
 * feature is on in the library, so what is not refused here would work for everybody.
 */
import type Provider from 'oidc-provider';
import { type Client, errors, type KoaContextWithOIDC } from 'oidc-provider';
import { FEATURES_TAG, type Feature, featuresOf } from '../../configuration/openid/features.ts';
import type { Pool } from '../../pool.ts';
import { clientOf } from '../library-client.ts';
import { DEVICE_CODE, TOKEN_EXCHANGE } from './grant-types.ts';

interface Asked {
  route: string;
  /** A parameter as the request has it; of a pushed request too. */
  given(name: string): unknown;
  /** Whether a proof of a key came with it. */
  proof(): boolean;
  client: Client;
}

interface Switch {
  feature: Feature;
  /** Whether this request uses the feature. */
  uses(asked: Asked): boolean;
  /** In the words of the feature's own specification. */
  refuse(why: string): Error;
}

/** Where a proof or a parameter of a feature asks for it. Elsewhere both mean nothing. */
const AUTHORIZING = ['authorization', 'pushed_authorization_request', 'device_authorization'];
const PROVING = ['token', 'pushed_authorization_request'];
/** Where a client proves who it is. */
const AUTHENTICATING = [...PROVING, 'device_authorization', 'revocation', 'introspection'];

const SWITCHES: readonly Switch[] = [
  {
    feature: 'jwt-client-auth',
    uses: ({ route, given, client }) =>
      AUTHENTICATING.includes(route) &&
      (given('client_assertion') !== undefined || client.clientAuthMethod?.endsWith('_jwt') === true),
    refuse: (why) => Object.assign(new errors.InvalidClientAuth(why), { error_description: why }),
  },
  {
    feature: 'par',
    uses: ({ route }) => route === 'pushed_authorization_request',
    refuse: unauthorized,
  },
  {
    feature: 'par',
    uses: ({ route, given }) => route === 'authorization' && given('request_uri') !== undefined,
    refuse: (why) => new errors.RequestUriNotSupported(why),
  },
  {
    // To ignore it, as a server that never heard of it would, would hand a token that anybody can use to a client that
    // asked for a bound one.
    feature: 'dpop',
    uses: ({ route, proof }) => PROVING.includes(route) && proof(),
    refuse: (why) => new errors.InvalidDpopProof(why),
  },
  {
    feature: 'dpop',
    uses: ({ route, given }) => given('dpop_jkt') !== undefined && AUTHORIZING.includes(route),
    refuse: (why) => new errors.InvalidRequest(why),
  },
  {
    // A token exchange has a parameter of this name too (RFC 8693 section 2.1).
    feature: 'resource-indicators',
    uses: ({ route, given }) =>
      given('resource') !== undefined &&
      (AUTHORIZING.includes(route) || (route === 'token' && given('grant_type') !== TOKEN_EXCHANGE)),
    refuse: (why) => new errors.InvalidTarget(why),
  },
  {
    feature: 'device',
    uses: ({ route, given }) => route === 'device_authorization' || given('grant_type') === DEVICE_CODE,
    refuse: unauthorized,
  },
  {
    feature: 'token-exchange',
    uses: ({ route, given }) => route === 'token' && given('grant_type') === TOKEN_EXCHANGE,
    refuse: unauthorized,
  },
];

function unauthorized(why: string): Error {
  return new errors.UnauthorizedClient(why);
}

/** Text for `error_description`: whoever runs the application learns which switch to ask for. */
export const switchedOff = (feature: Feature) =>
  `${feature} is switched off for this client (pool tag ${FEATURES_TAG}, or features of the client)`;

/** From now on the library refuses, whatever the endpoint, what the client of a request may not use. */
export function refuseSwitchedOff(provider: Provider, pool: Pick<Pool, 'id' | 'tags'>): void {
  const context = provider.OIDCContext.prototype as unknown as Learning;
  const { entity } = context;
  context.entity = function learn(key, value) {
    entity.call(this, key, value);
    if (key === 'Client') refuse(pool, this, value as Client);
  };
}

type Oidc = KoaContextWithOIDC['oidc'];
interface Learning extends Oidc {
  entity(this: Learning, key: string, value: unknown): void;
  ctx: KoaContextWithOIDC;
}

function refuse(
  pool: Pick<Pool, 'id' | 'tags'>,
  { route, params, body, ctx }: Learning,
  client: Client,
): void {
  const asked: Asked = {
    route,
    given: (name) => (params && Object.hasOwn(params, name) ? params[name] : body?.[name]),
    proof: () => ctx.get('DPoP') !== '',
    client,
  };
  const on = featuresOf(pool, clientOf(pool, client));
  const off = SWITCHES.find(({ feature, uses }) => !on.has(feature) && uses(asked));
  if (off) throw off.refuse(switchedOff(off.feature));
}
