/** What single settings cannot say of themselves: which of them belong together, and what each mode demands. */
import type { z } from 'zod';
import { isLoopback } from './is-loopback.ts';
import type { processSchema } from './process.ts';
import { tracesFaults } from './traces.ts';

/** The environment as the schema has read it. */
export type Values = z.infer<typeof processSchema>;

/** Every fault between settings that are right one by one, as a sentence for the operator. */
export function faultsOf(values: Values, environment: Record<string, string | undefined>): string[] {
  return [
    ...production(values),
    ...development(values),
    ...tlsFaults(values),
    ...metricsFaults(values),
    ...tracesFaults(environment),
    ...smsFaults(values),
  ];
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

function smsFaults({ FOYER_SMS_URL: url, FOYER_SMS_SECRET: secret }: Values): string[] {
  return (url === undefined) === (secret === undefined)
    ? []
    : ['FOYER_SMS_URL and FOYER_SMS_SECRET belong together: give both.'];
}

/** Passwords and tokens travel to this address: only TLS, or the loopback interface, keeps them from others. */
function isSafeAddress(url: URL): boolean {
  return url.protocol === 'https:' || isLoopback(url);
}
