/**
 * The form of a pool file: pools, and what belongs to them, in the API's own shapes. This schema holds the frame;
 * the members of each request are checked by the API's own model when they are applied. What the API has no member for
 * has its form from `configuration`.
 */
import { z } from 'zod';
import { openIdClientSchema } from '../configuration/openid/client-metadata.ts';

/** Members of an API request, checked later by the model of the API. */
const members = z.record(z.string(), z.unknown());

const client = z.strictObject({
  id: z.string().optional().describe('A fixed client id, so that every machine has the same.'),
  secret: z.string().min(1).optional().describe('A fixed secret; makes the client confidential.'),
  settings: members.describe('CreateUserPoolClient without UserPoolId.'),
  OpenId: openIdClientSchema
    .optional()
    .describe('All of what the client has in the openid profile, by the standard names (docs/openid.md).'),
});

const user = z.strictObject({
  username: z.string(),
  password: z.string().optional().describe('Given to the person when the account is made, never again.'),
  attributes: z.record(z.string(), z.string()).default({}),
  groups: z.array(z.string()).default([]).describe('Names of groups of this file, which the person joins.'),
});

const certificate = z.strictObject({
  arn: z
    .string()
    .describe('The ARN that domains name it by: arn:aws:acm:us-east-1:<account>:certificate/<uuid>.'),
  chain: z
    .string()
    .min(1)
    .describe('The PEM file of the certificate and its chain, from the folder of the pool file.'),
  key: z.string().min(1).describe('The PEM file of its private key.'),
});

/** A name, a name with a certificate, or a list of them: a pool may have a prefix and a custom domain. */
const domains = z.preprocess(
  (given) => {
    const list = Array.isArray(given) ? given : given === undefined ? [] : [given];
    return list.map((one) => (typeof one === 'string' ? { name: one } : one));
  },
  z.array(
    z.strictObject({
      name: z.string(),
      certificateArn: z.string().optional().describe('Required for a custom domain.'),
    }),
  ),
);

const pool = z.strictObject({
  id: z
    .string()
    .regex(/^[\w-]+_[0-9a-zA-Z]+$/, 'has the form us-east-1_Ab12Cd34E')
    .optional()
    .describe('A fixed pool id.'),
  settings: members.describe('CreateUserPool; PoolName is required and names the pool in later starts.'),
  domain: domains.describe('The prefix, or the custom domain with the ARN of its certificate.'),
  sessions: members
    .optional()
    .describe('SetUserPoolSessionConfiguration without UserPoolId: whether sessions are tracked.'),
  resourceServers: z.array(members).default([]).describe('CreateResourceServer without UserPoolId.'),
  identityProviders: z.array(members).default([]).describe('CreateIdentityProvider without UserPoolId.'),
  groups: z.array(members).default([]).describe('CreateGroup without UserPoolId.'),
  clients: z.array(client).default([]),
  users: z.array(user).default([]),
});

export const poolFileSchema = z.strictObject({
  certificates: z.array(certificate).default([]),
  pools: z.array(pool).min(1),
});

export type PoolFile = z.infer<typeof poolFileSchema>;
export type PoolEntry = z.infer<typeof pool>;
export type DomainEntry = PoolEntry['domain'][number];
export type ClientEntry = z.infer<typeof client>;
export type CertificateEntry = z.infer<typeof certificate>;
