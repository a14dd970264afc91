/** Reads `ProviderDetails` as an administrator typed them. What is wrong is said in a sentence for that person. */
import { ProviderFault, type ProviderRecord } from './provider.ts';

/** What the API knows; some of it is derived, and comes back from tools that send what they were shown. */
const KNOWN = [
  ...['client_id', 'client_secret', 'authorize_scopes', 'attributes_request_method', 'oidc_issuer'],
  ...['authorize_url', 'token_url', 'attributes_url', 'jwks_uri', 'token_request_method'],
  ...['attributes_url_add_attributes', 'api_version', 'team_id', 'key_id', 'private_key'],
];

export const wrong = (message: string) => new ProviderFault('configuration', message);

/** A detail without the blanks around it; undefined when it is missing or empty. */
export const detail = (record: ProviderRecord, name: string) => record.details[name]?.trim() || undefined;

/** Refuses missing details by name, and names that nobody reads: they would be taken for settings that work. */
export function checkNames(record: ProviderRecord, required: readonly string[]): void {
  const missing = required.filter((name) => !detail(record, name));
  if (missing.length) throw wrong(`ProviderDetails of ${record.name} must have ${missing.join(', ')}`);
  const unknown = Object.keys(record.details).filter((name) => !KNOWN.includes(name));
  if (unknown.length) throw wrong(`ProviderDetails of ${record.name} cannot have ${unknown.join(', ')}`);
}

/**
 * The details of a vendor: what the administrator gave, and what follows from it. A derived one may be sent back as it
 * was shown and not changed: an administrator of a pool does not say where Google is.
 */
export function withDerived(record: ProviderRecord, derived: Record<string, string>): Record<string, string> {
  for (const [name, value] of Object.entries(derived)) {
    const given = detail(record, name);
    if (given !== undefined && given !== value)
      throw wrong(`${name} of ${record.type} is ${value} and cannot be changed`);
  }
  const given = Object.keys(record.details).map((name): [string, string] => [
    name,
    detail(record, name) ?? '',
  ]);
  return { ...Object.fromEntries(given.filter(([, value]) => value)), ...derived };
}

/** The name of a social provider is that of its type: there is one in a pool (FED-32). */
export function checkName(record: ProviderRecord): void {
  if (record.name !== record.type) throw wrong(`Provider ${record.name} cannot be of type ${record.type}.`);
}

/** Scopes with one separator between them, however they were typed. */
export const scopes = (record: ProviderRecord, separator: ' ' | ',') =>
  (detail(record, 'authorize_scopes') ?? '')
    .split(/[\s,]+/)
    .filter(Boolean)
    .join(separator);
