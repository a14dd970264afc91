/**
 * Members that the model knows and Foyer does not honour yet. A value that asks for something is refused, since a
 * setting that silently does nothing is worse than none; values that mean "off", which tools send on their own, pass.
 */
import { invalidParameter } from '../errors.ts';

interface Unsupported {
  operations: readonly string[];
  /** Names of members from the input inwards. */
  path: readonly string[];
  /** Whether a value asks for nothing. */
  harmless(value: unknown): boolean;
  /** What it asks for, for the message. */
  what: string;
}

const POOL = ['CreateUserPool', 'UpdateUserPool'];
const MFA = 'SetUserPoolMfaConfig';
const CLIENT = ['CreateUserPoolClient', 'UpdateUserPoolClient'];
const DOMAIN = ['CreateUserPoolDomain', 'UpdateUserPoolDomain'];

/** The one policy that Foyer's TLS follows: version 1.2 at least, suites with forward secrecy (`tls/tls-options.ts`). */
export const SECURITY_POLICY = 'TLS_V1_2_2021';

const only =
  (...values: unknown[]) =>
  (value: unknown) =>
    values.includes(value);
const empty = (value: unknown) => Object.keys(value as object).length === 0;
const never = () => false;

const UNSUPPORTED: readonly Unsupported[] = [
  { operations: POOL, path: ['LambdaConfig'], harmless: empty, what: 'Triggers' },
  {
    operations: [...POOL, MFA],
    path: ['MfaConfiguration'],
    harmless: only('OFF'),
    what: 'Multi-factor authentication',
  },
  {
    operations: [MFA],
    path: ['SoftwareTokenMfaConfiguration', 'Enabled'],
    harmless: only(false),
    what: 'Multi-factor authentication',
  },
  {
    operations: [MFA],
    path: ['EmailMfaConfiguration'],
    harmless: empty,
    what: 'Multi-factor authentication',
  },
  { operations: [MFA], path: ['WebAuthnConfiguration'], harmless: empty, what: 'Signing in with passkeys' },
  { operations: POOL, path: ['DeviceConfiguration'], harmless: empty, what: 'Remembering devices' },
  {
    operations: POOL,
    path: ['UserPoolAddOns', 'AdvancedSecurityMode'],
    harmless: only('OFF'),
    what: 'Threat protection',
  },
  {
    operations: POOL,
    path: ['UserPoolAddOns', 'AdvancedSecurityAdditionalFlows'],
    harmless: empty,
    what: 'Threat protection',
  },
  {
    operations: POOL,
    path: ['Policies', 'SignInPolicy', 'AllowedFirstAuthFactors'],
    harmless: (value) => (value as unknown[]).every(only('PASSWORD')),
    what: 'Signing in without a password',
  },
  {
    operations: POOL,
    path: ['DcrConfiguration'],
    harmless: (value) => {
      const { EnableStatus = 'Disabled', OpenDcrEnabled = false } = value as Record<string, unknown>;
      return EnableStatus === 'Disabled' && OpenDcrEnabled === false;
    },
    what: 'Dynamic client registration',
  },
  {
    operations: POOL,
    path: ['KeyConfiguration', 'KeyType'],
    harmless: only('AWS_OWNED_KEY'),
    what: 'A key of the customer',
  },
  {
    operations: POOL,
    path: ['KeyConfiguration', 'KmsKeyArn'],
    harmless: never,
    what: 'A key of the customer',
  },
  {
    operations: POOL,
    path: ['IssuerConfiguration', 'Type'],
    harmless: only('ORIGINAL'),
    what: 'Another issuer',
  },
  { operations: POOL, path: ['AcrConfiguration'], harmless: empty, what: 'Authentication context classes' },
  {
    operations: CLIENT,
    path: ['EnablePropagateAdditionalUserContextData'],
    harmless: only(false),
    what: 'User context data',
  },
  {
    operations: CLIENT,
    path: ['ExplicitAuthFlows'],
    harmless: (value) => !(value as string[]).some((flow) => flow.startsWith('ALLOW_TOKEN_EXCHANGE_')),
    what: 'Token exchange',
  },
  {
    operations: DOMAIN,
    path: ['CustomDomainConfig', 'SecurityPolicy'],
    // What every connection has; neither older versions of TLS are spoken, nor the newest alone.
    harmless: only(SECURITY_POLICY),
    what: 'Another security policy',
  },
  {
    operations: ['SetUserPoolClientSessionConfiguration'],
    path: ['SSOSession', 'MaxValidityMinutes'],
    // A hosted session ends an hour after signing in.
    harmless: (value) => (value as number) <= 60,
    what: 'A hosted session of more than an hour',
  },
  {
    operations: ['CreateIdentityProvider', 'UpdateIdentityProvider'],
    path: ['AcrMapping'],
    harmless: empty,
    what: 'Authentication context classes',
  },
  { operations: DOMAIN, path: ['Routing'], harmless: never, what: 'Routing between regions' },
];

/** By operation, since most have none, and each call asks. */
const UNSUPPORTED_IN = new Map(
  UNSUPPORTED.flatMap(({ operations }) => operations).map((operation) => [
    operation,
    UNSUPPORTED.filter(({ operations }) => operations.includes(operation)),
  ]),
);

/** Throws Refusal `invalid-parameter` naming the first member that asks for what is not there. */
export function refuseUnsupported(operation: string, input: object): void {
  for (const { path, harmless, what } of UNSUPPORTED_IN.get(operation) ?? []) {
    const value = path.reduce<unknown>(
      (at, name) => (at === undefined ? undefined : (at as Record<string, unknown>)[name]),
      input,
    );
    if (value !== undefined && !harmless(value))
      throw invalidParameter(`${path.join('.')}: ${what} is not supported by Foyer yet.`);
  }
}
