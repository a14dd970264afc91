/**
 * The form of a pool file: pools, and what belongs to them, in the API's own shapes. This schema holds the frame;
 * the members of each request are checked by the API's own model when they are applied.
 */
import { z } from 'zod';

/** Members of an API request, checked later by the model of the API. */
const members = z.record(z.string(), z.unknown());

const client = z.strictObject({
  id: z.string().optional().describe('A fixed client id, so that every machine has the same.'),
  secret: z.string().min(1).optional().describe('A fixed secret; makes the client confidential.'),
  settings: members.describe('CreateUserPoolClient without UserPoolId.'),
});

const user = z.strictObject({
  username: z.string(),
  password: z.string().optional().describe('Given to the person when the account is made, never again.'),
  attributes: z.record(z.string(), z.string()).default({}),
});

const pool = z.strictObject({
  id: z
    .string()
    .regex(/^[\w-]+_[0-9a-zA-Z]+$/, 'has the form us-east-1_Ab12Cd34E')
    .optional()
    .describe('A fixed pool id.'),
  settings: members.describe('CreateUserPool; PoolName is required and names the pool in later starts.'),
  domain: z.string().optional().describe('The prefix domain.'),
  resourceServers: z.array(members).default([]).describe('CreateResourceServer without UserPoolId.'),
  clients: z.array(client).default([]),
  users: z.array(user).default([]),
});

export const poolFileSchema = z.strictObject({ pools: z.array(pool).min(1) });

export type PoolFile = z.infer<typeof poolFileSchema>;
export type PoolEntry = z.infer<typeof pool>;
export type ClientEntry = z.infer<typeof client>;
