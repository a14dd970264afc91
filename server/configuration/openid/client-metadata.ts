/**
 * What a client's settings of the `openid` profile may look like, each for itself: the one schema, for the pool file
 * and for dynamic registration. What they may be together says `client-metadata-rules.ts`.
 */
import { z } from 'zod';
import type { OpenIdClientSettings } from '#adapters/directory/records.ts';
import { redirectUriFault } from '../redirect-uris.ts';
import { CLIENT_FEATURES } from './features.ts';
import { publicJwks } from './public-jwk.ts';

/** With which a client may sign by its own key. */
export const KEY_ALGS = ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'] as const;
/** With which it may sign by its secret. */
export const SECRET_ALGS = ['HS256'] as const;
/** With which the pool may sign for it: its keys are published for this one. */
const PROVIDER_ALGS = ['RS256'] as const;

const MOST_CONTACTS = 10;
const MOST_AUDIENCES = 50;

/** An address of the client: https, or http on this machine; no fragment, user name or wildcard host (RFC 7591 section 5). */
const webAddress = z
  .string()
  .max(1024)
  .superRefine((uri, context) => {
    const fault = redirectUriFault(uri) ?? (/^https?:/i.test(uri) ? undefined : 'must begin with https://.');
    if (fault) context.addIssue({ code: 'custom', message: fault.replace(/\.$/, '') });
  });

/** Shown to people: something to see, no line breaks, and nothing that turns the text around or hides in it. */
const shownText = z
  .string()
  .max(128)
  .regex(
    // U+2800 is a pattern of Braille without a dot.
    /^(?=.*[^\s\p{DI}\u2800])[^\p{C}\p{Zl}\p{Zp}]+$/u,
    'must have a character that is seen, and none that controls or hides',
  );

const algorithm = z.enum([...KEY_ALGS, ...SECRET_ALGS]);

const distinct = (list: readonly string[]) => new Set(list).size === list.length;
const TWICE = 'must not have the same value twice';

/** Members that nobody but the server sets (`registered`) are unknown here, so no file and no client can set them. */
export const openIdClientSchema = z.strictObject({
  features: z
    .array(
      z.enum(CLIENT_FEATURES, {
        error: ({ input }) =>
          input === 'registration'
            ? 'is registration, which is for a whole pool: name it in the tag foyer:oauth-features'
            : `is one of ${CLIENT_FEATURES.join(', ')}`,
      }),
    )
    .refine(distinct, TWICE)
    .optional(),
  token_endpoint_auth_method: z
    .enum(['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt', 'none'])
    .optional(),
  token_endpoint_auth_signing_alg: algorithm.optional(),
  jwks: publicJwks.optional(),
  jwks_uri: webAddress.optional(),
  require_pushed_authorization_requests: z.boolean().optional(),
  dpop_bound_access_tokens: z.boolean().optional(),
  request_object_signing_alg: algorithm.optional(),
  require_signed_request_object: z.boolean().optional(),
  id_token_signed_response_alg: z.enum(PROVIDER_ALGS).optional(),
  userinfo_signed_response_alg: z.enum(PROVIDER_ALGS).optional(),
  default_max_age: z.int().min(0).max(0x7fffffff).optional(),
  require_auth_time: z.boolean().optional(),
  initiate_login_uri: webAddress.optional(),
  backchannel_logout_uri: webAddress.optional(),
  backchannel_logout_session_required: z.boolean().optional(),
  frontchannel_logout_uri: webAddress.optional(),
  frontchannel_logout_session_required: z.boolean().optional(),
  consent: z.boolean().optional(),
  client_name: shownText.optional(),
  logo_uri: webAddress.optional(),
  client_uri: webAddress.optional(),
  policy_uri: webAddress.optional(),
  tos_uri: webAddress.optional(),
  contacts: z.array(z.email().max(254)).max(MOST_CONTACTS).refine(distinct, TWICE).optional(),
  token_exchange_audiences: z
    .array(z.string().regex(/^[\x21-\x7e]{1,256}$/, 'is a client id or the identifier of a resource server'))
    .max(MOST_AUDIENCES)
    .refine(distinct, TWICE)
    .optional(),
}) satisfies z.ZodType<Omit<OpenIdClientSettings, 'registered'>>;

/** Its members' names, for whoever misspelt one. */
export const OPENID_CLIENT_NAMES: readonly string[] = Object.keys(openIdClientSchema.shape);
