/**
 * Names under which a pool's hosted pages may be reached (HUI-48..53, 59, 60): a prefix, which is one label and a path
 * below the public URL, or a whole host name of the operator's own.
 */
import type { DomainRecord } from '#adapters/directory/records.ts';
import { invalidParameter, Refusal } from '../errors.ts';
import type { ProcessSettings } from '../settings/process.ts';

/** May not occur in a prefix at all: pages there would look like the provider's own. */
const RESERVED_WORDS = ['aws', 'amazon', 'cognito'];

/** May not be a prefix: paths of Foyer's own below the public URL, and hosts that people take for official. */
const RESERVED_PREFIXES = new Set(
  (
    'admin api app assets auth authorize callback confirm confirmuser console css dev docs error favicon ' +
    'forgotpassword health images js localhost login logout mail metrics mfa oauth oauth2 passkeys public ' +
    'resendcode robots root saml2 server signup static status support system token userinfo well-known www'
  ).split(' '),
);

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** What says which names are the installation's own. */
export type OwnNames = Pick<ProcessSettings, 'publicUrl' | 'domainSuffix' | 'aliasHost'>;

/** A name with a dot is a host name. */
export const domainKind = (name: string): DomainRecord['kind'] => (name.includes('.') ? 'custom' : 'prefix');

/** Throws Refusal `invalid-parameter` when the name cannot be a domain of this installation. */
export function checkDomainName(name: string, settings: OwnNames): void {
  if (domainKind(name) === 'prefix') checkPrefix(name);
  else checkHostName(name, settings);
}

function checkPrefix(prefix: string): void {
  if (!LABEL.test(prefix))
    throw invalidParameter(
      'A domain prefix has 1 to 63 lowercase letters, digits and hyphens, with no hyphen at either end.',
    );
  const reserved = RESERVED_WORDS.find((word) => prefix.includes(word));
  if (reserved) throw invalidParameter(`Domain cannot contain reserved word: ${reserved}`);
  if (RESERVED_PREFIXES.has(prefix)) throw invalidParameter(`The domain prefix ${prefix} is reserved.`);
}

function checkHostName(name: string, { publicUrl, domainSuffix, aliasHost }: OwnNames): void {
  const labels = name.split('.');
  // A last label of digits would make it an IPv4 address.
  if (name.length > 63 || !labels.every((label) => LABEL.test(label)) || /^\d+$/.test(labels.at(-1) ?? ''))
    throw invalidParameter(
      'A custom domain has at most 63 characters: lowercase labels of letters, digits and hyphens, with no hyphen at either end of a label.',
    );
  // Such a name would answer for other pools, or for the whole installation.
  const own = [new URL(publicUrl).hostname, aliasHost];
  if (own.includes(name) || (domainSuffix && `.${name}`.endsWith(`.${domainSuffix}`)))
    throw invalidParameter(`The domain ${name} belongs to the installation itself.`);
}

/**
 * Throws when a pool may not have one more domain of this kind: it has one already (HUI-59), or the installation has
 * all the custom domains that it may (HUI-60).
 */
export function checkDomainCount(
  kind: DomainRecord['kind'],
  ofPool: readonly Pick<DomainRecord, 'kind'>[],
  customInAll: number,
  mostCustom: number,
): void {
  if (ofPool.some((domain) => domain.kind === kind))
    throw invalidParameter(`User pool already has a ${kind} domain configured.`);
  if (kind === 'custom' && customInAll >= mostCustom)
    throw new Refusal('limit-exceeded', { message: `There are ${mostCustom} custom domains already.` });
}

/** The pool has no such domain, whoever else may have it. */
export const domainNotFound = (): Refusal =>
  new Refusal('resource-not-found', { message: 'No such domain or user pool exists.' });
