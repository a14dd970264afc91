/**
 * What a process needs to know before it starts, from its environment. Each field says what it is for: the
 * sentences become `docs/settings.md` and `.env.example`. `load.ts` reads it.
 * Long on purpose: it is one list, in the order in which the page shows it, and nothing in it refers to anything else.
 */
import { z } from 'zod';
import { type DailyLimits, type Limits, limitFields } from './limits.ts';
import { type Rates, ratesField } from './rates.ts';

/** The value is not repeated: an address may hold a password. */
const WRONG_ADDRESS = 'is not an address of the form that is expected';

const url = (protocols: RegExp) => z.url({ protocol: protocols, error: WRONG_ADDRESS });

/** An address that may name several servers, `scheme://host1:port,host2:port/...`, which no URL can. */
const servers = (schemes: RegExp) =>
  z.string().regex(new RegExp(`^(?:${schemes.source})://[^\\s/?#]+(?:[/?]\\S*)?$`), WRONG_ADDRESS);

const hostName = z.string().regex(/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/, 'is a host name such as example.com');

const list = (text: string) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);

export const processSchema = z.strictObject({
  FOYER_MODE: z
    .enum(['development', 'production'])
    .default('production')
    .describe(
      'In development Foyer makes its own secrets, shows sent mail on a page and serves the sample application. `npm start` sets it.',
    ),
  FOYER_HOST: z
    .string()
    .min(1)
    .optional()
    .describe('The address to listen on. Without it: 127.0.0.1 in development, all addresses in production.'),
  FOYER_PORT: z.coerce.number().int().min(1).max(65535).default(9400).describe('The port to listen on.'),
  FOYER_WORKERS: z.coerce
    .number()
    .int()
    .min(1)
    .max(64)
    .default(1)
    .describe(
      'How many processes share the port and the work on this machine; as many as it has cores is a good choice. Production only.',
    ),
  FOYER_DRAIN_SECONDS: z.coerce
    .number()
    .int()
    .min(0)
    .max(300)
    .optional()
    .describe(
      'How long Foyer goes on serving once it was asked to stop, with /health/ready already saying no: longer than the load balancer takes to notice. Without it: 0 in development, 5 in production.',
    ),
  FOYER_PUBLIC_URL: url(/^https?$/)
    .refine(
      (value) => /^[^?#]+:\/\/[^/?#]+\/*$/.test(value),
      'must be a scheme, a host and a port, without a path',
    )
    .transform((value) => value.replace(/\/+$/, ''))
    .optional()
    .describe(
      'How Foyer is reached from outside: the base of issuers, links and redirects. Without it http://localhost:<port>, or https with TLS.',
    ),
  FOYER_TLS_CERTIFICATE: z
    .string()
    .min(1)
    .optional()
    .describe(
      'A file with the certificate (PEM, the chain behind it) with which Foyer itself speaks TLS at its port; read again when it changes. Without it Foyer speaks plain HTTP, for a proxy in front.',
    ),
  FOYER_TLS_KEY: z
    .string()
    .min(1)
    .optional()
    .describe('The file with the private key of FOYER_TLS_CERTIFICATE (PEM, without a passphrase).'),
  FOYER_TLS: z
    .enum(['self-signed'])
    .optional()
    .describe(
      'In development, self-signed: Foyer speaks TLS with a certificate that it makes and keeps in its data folder. Browsers and programs must be told to trust <data folder>/tls/authority.pem.',
    ),
  FOYER_PLAIN_PORT: z.coerce
    .number()
    .int()
    .min(1)
    .max(65535)
    .optional()
    .describe(
      'Beside TLS, a port without it, usually 80: sends browsers on to https, refuses everything else, and answers /health.',
    ),
  FOYER_DOMAIN_SUFFIX: hostName
    .optional()
    .describe(
      'With it a pool with the domain prefix acme also answers at https://acme.auth.<region>.<suffix>. Without it at <public URL>/acme.',
    ),
  FOYER_ALIAS_HOST: hostName
    .optional()
    .describe(
      'The host that the DNS entries of custom domains point at, as CreateUserPoolDomain answers it (CloudFrontDomain). Without it the host of the public URL.',
    ),
  FOYER_MAX_CUSTOM_DOMAINS: z.coerce
    .number()
    .int()
    .min(0)
    .max(1000)
    .default(4)
    .describe('How many custom domains all pools may have together.'),
  FOYER_ISSUER: url(/^https?$/)
    .transform((value) => value.replace(/\/+$/, ''))
    .optional()
    .describe(
      'The base of issuers when it is not the public URL, for clients that expect https://cognito-idp.<region>.amazonaws.com; {region} is replaced. Keys and discovery stay at the public URL.',
    ),
  FOYER_REGION: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'has the form eu-central-1')
    .default('us-east-1')
    .describe('The region of pools that are made without naming one.'),
  FOYER_ACCOUNT_ID: z
    .string()
    .regex(/^\d{12}$/, 'has twelve digits')
    .default('000000000000')
    .describe('The account id that ARNs show.'),
  FOYER_DATA_FOLDER: z
    .string()
    .min(1)
    .default('.data')
    .describe('Where the embedded database and, in development, generated secrets are kept.'),
  FOYER_MONGODB_URL: servers(/mongodb(?:\+srv)?/)
    .optional()
    .describe('Keeps accounts and configuration in MongoDB instead of the embedded database.'),
  FOYER_MONGODB_DATABASE: z.string().min(1).max(63).default('foyer').describe('The database in MongoDB.'),
  FOYER_REDIS_URL: servers(/rediss?(?:\+(?:sentinel|cluster))?/)
    .optional()
    .describe(
      'Keeps sessions in Redis instead of the embedded database: redis://, rediss://, redis+sentinel://h1,h2/name or redis+cluster://h1,h2.',
    ),
  FOYER_REDIS_PREFIX: z.string().max(64).default('foyer').describe('What every key in Redis begins with.'),
  FOYER_REDIS_REPLICAS: z.coerce
    .number()
    .int()
    .min(0)
    .max(10)
    .default(0)
    .describe(
      'How many replicas of Redis must hold what is used up (codes, tokens, attempts, counts) before anyone is told, so that a failover brings nothing of it back. Without so many replicas nobody signs in.',
    ),
  FOYER_STORE_PATIENCE_MS: z.coerce
    .number()
    .int()
    .min(100)
    .max(60_000)
    .default(2000)
    .describe(
      'How long a request waits for MongoDB or Redis before it is answered 503, in milliseconds. Longer where the stores are far away.',
    ),
  FOYER_MASTER_SECRET: z
    .string()
    .min(32, 'needs at least 32 characters')
    .refine((value) => new Set(value).size >= 10, 'is too uniform: use random characters')
    .optional()
    .describe(
      'Protects stored keys and secrets. Required in production; keep a copy, without it stored keys cannot be opened.',
    ),
  FOYER_ACCESS_KEYS: z
    .string()
    .transform(list)
    .pipe(
      z.array(
        z
          .string()
          .regex(/^[A-Za-z0-9]{16,128}:\S{16,}$/, 'is a list of <key id>:<secret>, separated by commas'),
      ),
    )
    .optional()
    .describe('Access keys that may sign calls of the administration API: <key id>:<secret>,...'),
  FOYER_POOL_FILE: z
    .string()
    .min(1)
    .optional()
    .describe('A pool file (YAML or JSON) that is applied at every start.'),
  FOYER_SMTP_URL: url(/^smtps?$/)
    .optional()
    .describe(
      'The mail server: smtp://user:password@host:587 or smtps://host. Without it mail is refused in production.',
    ),
  FOYER_SMTP_IDENTITIES: z
    .string()
    .transform(list)
    .pipe(
      z.array(
        z
          .string()
          .regex(
            /^(?:[^\s=@]+@)?[A-Za-z0-9.-]+=smtps?:\/\/[^\s/]+\S*$/,
            'is a list of <address or domain>=<smtp or smtps address>, separated by commas',
          ),
      ),
    )
    .default([])
    .describe(
      'Mail servers of pools that send through their own (EmailSendingAccount DEVELOPER), by the address or domain that their SourceArn names: example.com=smtps://user:password@host,... Other pools use FOYER_SMTP_URL.',
    ),
  FOYER_MAIL_FROM: z
    .string()
    .min(3)
    .default('Foyer <no-reply@localhost>')
    .describe('The sender of mail of pools that name none.'),
  FOYER_SMS_URL: url(/^https?$/)
    .optional()
    .describe(
      'The program that sends text messages: Foyer posts each to it as JSON, signed, and docs/messages.md says how. Plain http only inside your own network. Without it text messages are refused in production.',
    ),
  FOYER_SMS_SECRET: z
    .string()
    .min(24, 'needs at least 24 characters')
    .optional()
    .describe(
      'Signs what is posted to FOYER_SMS_URL, in the form of Standard Webhooks: whsec_<base64>, or any random text.',
    ),
  FOYER_OUTGOING_ALLOW: z
    .string()
    .transform(list)
    .optional()
    .describe(
      'What calls to identity providers may reach beyond https at public addresses: addresses, networks (CIDR), host names, or origins without TLS such as http://keycloak:8080, separated by commas. Without it: nothing in production, this machine in development.',
    ),
  FOYER_PROVIDER_ENDPOINTS: z
    .string()
    .transform((text, check): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        check.addIssue({ code: 'custom', message: 'is no JSON' });
        return z.NEVER;
      }
    })
    .pipe(z.record(z.string(), z.record(z.string(), z.string())))
    .optional()
    .describe(
      'Other addresses of the providers that Foyer knows by name, for tests, proxies and networks of their own, as JSON: {"Google": {"token_url": "https://..."}}.',
    ),
  FOYER_TRUSTED_PROXIES: z
    .string()
    .transform(list)
    .pipe(
      z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], 'is a list of addresses or networks')),
    )
    .default([])
    .describe(
      'Addresses or networks (CIDR) of proxies in front of Foyer whose X-Forwarded-* headers are believed, separated by commas.',
    ),
  FOYER_PASSWORD_HASH: z
    .enum(['argon2id', 'bcrypt'])
    .default('argon2id')
    .describe('How new passwords are hashed. Older hashes of either kind keep working.'),
  FOYER_IMPORT_MOST_FAILED: z.coerce
    .number()
    .int()
    .min(0)
    .max(100)
    .default(50)
    .describe(
      'Percent of the users in a file that may fail or be skipped before an import job gives up, looked at from the hundredth on; before, it gives up when the first five all do. 100: it never gives up.',
    ),
  ...limitFields,
  FOYER_RATES: ratesField,
  FOYER_LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('How much is logged, as JSON lines on standard output.'),
  FOYER_METRICS_PORT: z.coerce
    .number()
    .int()
    .min(1)
    .max(65535)
    .optional()
    .describe(
      'A port of its own for metrics in the form of Prometheus, at /metrics. Without it none are counted.',
    ),
  FOYER_METRICS_HOST: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('The address that the metrics port listens on; never one that the world reaches.'),
  FOYER_AUDIT_FILE: z
    .string()
    .min(1)
    .optional()
    .describe(
      'A file that audit lines are appended to, made for its owner alone. Without it they are on standard output, marked "audit": true.',
    ),
  FOYER_AUDIT_EVENTS: z
    .enum(['all', 'configuration'])
    .default('all')
    .describe(
      'What the audit writes: all events, or calls about the configuration of pools, clients and imports alone.',
    ),
  FOYER_SAMPLE_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65535)
    .default(9401)
    .describe('The port of the sample application in development; 0 switches it off.'),
});

type Parsed = z.infer<typeof processSchema>;

/** Settings as the rest of the process uses them: every dependent default is filled in. */
export interface ProcessSettings {
  mode: 'development' | 'production';
  host: string;
  port: number;
  workers: number;
  drainSeconds: number;
  /** Without a trailing slash. */
  publicUrl: string;
  /** Absent: plain HTTP. Otherwise paths of PEM files, or the wish to make them. */
  tls?: { certificate: string; key: string } | 'self-signed';
  /** Only beside TLS. */
  plainPort?: number;
  domainSuffix?: string;
  aliasHost: string;
  maxCustomDomains: number;
  issuerBase?: string;
  region: string;
  accountId: string;
  dataFolder: string;
  mongodbUrl?: string;
  mongodbDatabase: string;
  redisUrl?: string;
  redisPrefix: string;
  redisReplicas: number;
  patienceMs: number;
  masterSecret: string;
  /** Key id to secret. */
  accessKeys: Map<string, string>;
  poolFile?: string;
  smtpUrl?: string;
  /** By address or domain in lower case. */
  smtpIdentities: ReadonlyMap<string, string>;
  mailFrom: string;
  /** Absent: text messages are kept in development, refused in production. */
  sms?: { url: string; secret: string };
  /** As `federation/public-address.ts` reads it. */
  outgoingAllow: string[];
  /** By provider and name of the endpoint. */
  providerEndpoints: Record<string, Record<string, string>>;
  trustedProxies: string[];
  passwordHash: 'argon2id' | 'bcrypt';
  limits: Limits;
  dailyLimits: DailyLimits;
  /** Absent: as many calls as come. */
  rates?: Rates;
  /** Percent of the users. */
  importMostFailed: number;
  logLevel: Parsed['FOYER_LOG_LEVEL'];
  /** Absent: nothing is counted. */
  metricsPort?: number;
  metricsHost: string;
  auditFile?: string;
  auditedEvents: 'all' | 'configuration';
  /** To the collector that the standard variables of OpenTelemetry name. */
  traces: boolean;
  samplePort: number;
}
