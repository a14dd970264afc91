/** The body of a registration -> its metadata, each by itself. What they may be together, the rules about clients say. */
import type { Context } from 'koa';
import readBody from 'raw-body';
import { z } from 'zod';
import { openIdClientSchema } from '../../../configuration/openid/client-metadata.ts';
import { redirectUriFault } from '../../../configuration/redirect-uris.ts';
import { RegistrationFault } from './registration-fault.ts';

const MOST_BYTES = 64 * 1024;
const MOST_ADDRESSES = 100;

/** What the operator alone decides about a client, and never the client itself. */
const { features: _, consent: __, token_exchange_audiences: ___, ...shape } = openIdClientSchema.shape;

const addresses = z.array(z.string().max(1024)).max(MOST_ADDRESSES).optional();
const words = z.array(z.string().max(128)).max(20).optional();

/** Members that it does not know are ignored (section 2), a software statement among them. */
const metadata = z.object({
  ...shape,
  redirect_uris: addresses,
  post_logout_redirect_uris: addresses,
  grant_types: words,
  response_types: words,
  scope: z.string().max(4096).optional(),
  application_type: z.enum(['web', 'native']).optional(),
  subject_type: z.literal('public').optional(),
  /** Of a change (RFC 7592 section 2.2). */
  client_id: z.string().max(128).optional(),
  client_secret: z.string().max(1024).optional(),
});

export type Registration = z.infer<typeof metadata>;

/** What only the server says (RFC 7592 section 2.2). */
const SERVERS_OWN = [
  'registration_access_token',
  'registration_client_uri',
  'client_secret_expires_at',
  'client_id_issued_at',
];

/** @throws RegistrationFault */
export async function readRegistration(ctx: Context): Promise<Registration> {
  const given = await readObject(ctx);
  if (ctx.method === 'PUT') {
    const own = SERVERS_OWN.find((name) => name in given);
    if (own) throw new RegistrationFault('invalid_request', `${own} must not be sent`);
  }
  // Null stands for a member that is not there.
  const present = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
  const { data, error } = metadata.safeParse(present);
  if (!data) throw malformed(error);
  for (const name of ['redirect_uris', 'post_logout_redirect_uris'] as const)
    for (const uri of data[name] ?? []) {
      const fault = redirectUriFault(uri);
      if (fault) throw new RegistrationFault('invalid_redirect_uri', `${name}: an address ${fault}`);
    }
  return data;
}

async function readObject(ctx: Context): Promise<Record<string, unknown>> {
  if (!ctx.is('application/json'))
    throw new RegistrationFault('invalid_client_metadata', 'the body must be application/json');
  let given: unknown;
  try {
    const { length } = ctx.request;
    given = JSON.parse(await readBody(ctx.req, { length, limit: MOST_BYTES, encoding: 'utf8' }));
  } catch {
    throw new RegistrationFault(
      'invalid_client_metadata',
      `the body must be JSON of ${MOST_BYTES} bytes at most`,
    );
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new RegistrationFault('invalid_client_metadata', 'the body must be a JSON object');
  return given as Record<string, unknown>;
}

function malformed(error: z.ZodError): RegistrationFault {
  const [issue] = error.issues;
  const [name = 'metadata'] = issue?.path ?? [];
  const code = name === 'redirect_uris' ? 'invalid_redirect_uri' : 'invalid_client_metadata';
  return new RegistrationFault(code, `${String(name)}: ${issue?.message ?? 'is not valid'}`);
}
