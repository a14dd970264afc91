/**
 * Environment -> valid settings, or one error that names every fault. Read once, at start; nothing else in
 * Foyer looks at `process.env`.
 */
import type { z } from 'zod';
import { developmentSecrets } from './development-secrets.ts';
import { dailyLimitsOf, limitsOf } from './limits.ts';
import { type ProcessSettings, processSchema } from './process.ts';
import { ratesOf } from './rates.ts';
import { sendsTraces, tracesFaults } from './traces.ts';

/** The settings are wrong. The message lists every fault, a line each. */
export class InvalidSettings extends Error {
  override name = 'InvalidSettings';
  readonly faults: string[];

  constructor(faults: string[]) {
    super(`Foyer cannot start with these settings:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.faults = faults;
  }
}

/** So that one pool of a laptop can be the identity provider of another. */
const THIS_MACHINE = ['127.0.0.0/8', '::1', 'localhost'];

/**
 * @param environment usually `process.env`; of names that do not begin with `FOYER_` only those of OpenTelemetry matter.
 * @throws InvalidSettings
 */
export function loadSettings(environment: Record<string, string | undefined>): ProcessSettings {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([name, value]) => name.startsWith('FOYER_') && value !== ''),
  );
  const parsed = processSchema.safeParse(given);
  if (!parsed.success) throw new InvalidSettings(parsed.error.issues.flatMap(describe));
  const values = parsed.data;
  const faults = [
    ...production(values),
    ...development(values),
    ...tlsFaults(values),
    ...metricsFaults(values),
    ...tracesFaults(environment),
    ...smsFaults(values),
  ];
  if (faults.length > 0) throw new InvalidSettings(faults);
  const tls = tlsOf(values);
  const publicUrl = values.FOYER_PUBLIC_URL ?? `${tls ? 'https' : 'http'}://localhost:${values.FOYER_PORT}`;

  const inDevelopment = values.FOYER_MODE === 'development';
  const secrets =
    inDevelopment && !(values.FOYER_MASTER_SECRET && values.FOYER_ACCESS_KEYS)
      ? developmentSecrets(values.FOYER_DATA_FOLDER)
      : undefined;
  return {
    mode: values.FOYER_MODE,
    host: values.FOYER_HOST ?? (inDevelopment ? '127.0.0.1' : '0.0.0.0'),
    port: values.FOYER_PORT,
    workers: values.FOYER_WORKERS,
    drainSeconds: values.FOYER_DRAIN_SECONDS ?? (inDevelopment ? 0 : 5),
    publicUrl,
    tls,
    plainPort: values.FOYER_PLAIN_PORT,
    domainSuffix: values.FOYER_DOMAIN_SUFFIX,
    aliasHost: values.FOYER_ALIAS_HOST ?? new URL(publicUrl).hostname,
    maxCustomDomains: values.FOYER_MAX_CUSTOM_DOMAINS,
    issuerBase: values.FOYER_ISSUER,
    region: values.FOYER_REGION,
    accountId: values.FOYER_ACCOUNT_ID,
    dataFolder: values.FOYER_DATA_FOLDER,
    mongodbUrl: values.FOYER_MONGODB_URL,
    mongodbDatabase: values.FOYER_MONGODB_DATABASE,
    redisUrl: values.FOYER_REDIS_URL,
    redisPrefix: values.FOYER_REDIS_PREFIX,
    redisReplicas: values.FOYER_REDIS_REPLICAS,
    masterSecret: values.FOYER_MASTER_SECRET ?? secrets?.masterSecret ?? '',
    accessKeys: new Map(
      (values.FOYER_ACCESS_KEYS ?? secrets?.accessKeys ?? []).map((pair) => {
        const colon = pair.indexOf(':');
        return [pair.slice(0, colon), pair.slice(colon + 1)] as const;
      }),
    ),
    poolFile: values.FOYER_POOL_FILE,
    smtpUrl: values.FOYER_SMTP_URL,
    smtpIdentities: smtpIdentitiesOf(values),
    mailFrom: values.FOYER_MAIL_FROM,
    sms: smsOf(values),
    outgoingAllow: values.FOYER_OUTGOING_ALLOW ?? (inDevelopment ? THIS_MACHINE : []),
    providerEndpoints: values.FOYER_PROVIDER_ENDPOINTS ?? {},
    trustedProxies: values.FOYER_TRUSTED_PROXIES,
    passwordHash: values.FOYER_PASSWORD_HASH,
    limits: limitsOf(values),
    dailyLimits: dailyLimitsOf(values),
    rates: ratesOf(values.FOYER_RATES),
    importMostFailed: values.FOYER_IMPORT_MOST_FAILED,
    logLevel: values.FOYER_LOG_LEVEL,
    metricsPort: values.FOYER_METRICS_PORT,
    metricsHost: values.FOYER_METRICS_HOST,
    auditFile: values.FOYER_AUDIT_FILE,
    auditedEvents: values.FOYER_AUDIT_EVENTS,
    traces: sendsTraces(environment),
    samplePort: values.FOYER_SAMPLE_PORT,
  };
}

type Values = z.infer<typeof processSchema>;

function tlsOf(values: Values): ProcessSettings['tls'] {
  const { FOYER_TLS_CERTIFICATE: certificate, FOYER_TLS_KEY: key } = values;
  return certificate && key ? { certificate, key } : values.FOYER_TLS;
}

function tlsFaults(values: Values): string[] {
  const { FOYER_TLS: made, FOYER_TLS_CERTIFICATE: certificate, FOYER_TLS_KEY: key } = values;
  const faults: string[] = [];
  if ((certificate === undefined) !== (key === undefined))
    faults.push('FOYER_TLS_CERTIFICATE and FOYER_TLS_KEY belong together: give both files.');
  if (made && (certificate || key))
    faults.push('FOYER_TLS makes a certificate: leave out FOYER_TLS_CERTIFICATE and FOYER_TLS_KEY.');
  if (made && values.FOYER_MODE === 'production')
    faults.push(
      'FOYER_TLS=self-signed is for development: in production give FOYER_TLS_CERTIFICATE and FOYER_TLS_KEY.',
    );
  if (made && values.FOYER_DATA_FOLDER === ':memory:')
    faults.push('FOYER_TLS=self-signed needs a folder as FOYER_DATA_FOLDER.');
  const speaksTls = Boolean(made || certificate || key);
  if (speaksTls && values.FOYER_PUBLIC_URL?.startsWith('http:'))
    faults.push('FOYER_PUBLIC_URL must begin with https:// when Foyer speaks TLS itself.');
  if (values.FOYER_PLAIN_PORT !== undefined && !speaksTls)
    faults.push('FOYER_PLAIN_PORT is for a second port beside TLS: without TLS, FOYER_PORT is plain.');
  if (values.FOYER_PLAIN_PORT === values.FOYER_PORT)
    faults.push('FOYER_PLAIN_PORT must be another port than FOYER_PORT.');
  return faults;
}

function metricsFaults({ FOYER_METRICS_PORT: port, ...values }: Values): string[] {
  return port !== undefined && (port === values.FOYER_PORT || port === values.FOYER_PLAIN_PORT)
    ? ['FOYER_METRICS_PORT must be another port than FOYER_PORT and FOYER_PLAIN_PORT.']
    : [];
}

function smtpIdentitiesOf({ FOYER_SMTP_IDENTITIES: pairs }: Values): Map<string, string> {
  return new Map(
    pairs.map((pair) => {
      const sign = pair.indexOf('=');
      return [pair.slice(0, sign).toLowerCase(), pair.slice(sign + 1)];
    }),
  );
}

function smsOf({ FOYER_SMS_URL: url, FOYER_SMS_SECRET: secret }: Values): ProcessSettings['sms'] {
  return url && secret ? { url, secret } : undefined;
}

function smsFaults({ FOYER_SMS_URL: url, FOYER_SMS_SECRET: secret }: Values): string[] {
  return (url === undefined) === (secret === undefined)
    ? []
    : ['FOYER_SMS_URL and FOYER_SMS_SECRET belong together: give both.'];
}

/** What must not be left to chance where real people sign in. */
function production(values: Values): string[] {
  if (values.FOYER_MODE !== 'production') return [];
  const faults: string[] = [];
  if (!values.FOYER_MASTER_SECRET)
    faults.push('FOYER_MASTER_SECRET is required in production: give it at least 32 random characters.');
  if (!values.FOYER_PUBLIC_URL)
    faults.push('FOYER_PUBLIC_URL is required in production: the address under which browsers reach Foyer.');
  if (values.FOYER_PUBLIC_URL && !isSafeAddress(new URL(values.FOYER_PUBLIC_URL)))
    faults.push('FOYER_PUBLIC_URL must begin with https:// in production, except on this machine itself.');
  if (values.FOYER_DATA_FOLDER === ':memory:')
    faults.push('FOYER_DATA_FOLDER must be a folder in production: an in-memory database forgets everyone.');
  return faults;
}

/** Mail stays in the process that sent it, and the mailbox page of another would not show it. */
function development(values: Values): string[] {
  return values.FOYER_MODE === 'development' && values.FOYER_WORKERS > 1
    ? ['FOYER_WORKERS must be 1 in development: the mailbox page shows what one process sent.']
    : [];
}

/** Passwords and tokens travel to this address: only TLS, or the loopback interface, keeps them from others. */
function isSafeAddress(url: URL): boolean {
  return url.protocol === 'https:' || isLoopback(url);
}

export function isLoopback(url: URL): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
}

function describe(issue: z.core.$ZodIssue): string[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => `${key} is not a setting. Did you mean ${nearest(key)}?`);
  return [`${issue.path.join('.')}: ${issue.message}`];
}

/** The known name that needs the fewest changed letters. */
function nearest(name: string): string {
  const known = Object.keys(processSchema.shape);
  return known.reduce((best, next) => (distance(name, next) < distance(name, best) ? next : best));
}

/** Levenshtein's distance, row by row. */
export function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
