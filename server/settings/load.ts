/**
 * Environment -> valid settings, or one error that names every fault. Read once, at start; nothing else in
 * Foyer looks at `process.env`.
 */
import type { z } from 'zod';
import { developmentSecrets } from './development-secrets.ts';
import { distance } from './distance.ts';
import { faultsOf, type Values } from './faults.ts';
import { dailyLimitsOf, limitsOf } from './limits.ts';
import { type ProcessSettings, processSchema } from './process.ts';
import { ratesOf } from './rates.ts';
import { sendsTraces } from './traces.ts';

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
  const faults = faultsOf(values, environment);
  if (faults.length > 0) throw new InvalidSettings(faults);
  return settingsOf(values, sendsTraces(environment));
}

function settingsOf(values: Values, traces: boolean): ProcessSettings {
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
    patienceMs: values.FOYER_STORE_PATIENCE_MS,
    masterSecret: values.FOYER_MASTER_SECRET ?? secrets?.masterSecret ?? '',
    accessKeys: accessKeysOf(values.FOYER_ACCESS_KEYS ?? secrets?.accessKeys ?? []),
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
    traces,
    samplePort: values.FOYER_SAMPLE_PORT,
  };
}

function tlsOf(values: Values): ProcessSettings['tls'] {
  const { FOYER_TLS_CERTIFICATE: certificate, FOYER_TLS_KEY: key } = values;
  return certificate && key ? { certificate, key } : values.FOYER_TLS;
}

function accessKeysOf(pairs: readonly string[]): Map<string, string> {
  return new Map(
    pairs.map((pair) => {
      const colon = pair.indexOf(':');
      return [pair.slice(0, colon), pair.slice(colon + 1)];
    }),
  );
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
