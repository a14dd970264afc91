/** What holds for every identity provider, whatever its protocol. Lengths were checked at the edge. */
import type { IdentityProviderType } from '#adapters/directory/records.ts';
import { ProviderFault } from '#federation/provider.ts';
import { completeDetails, providerKind } from '#federation/registry.ts';
import { invalidParameter } from '../../errors.ts';
import type { Pool } from '../../pool.ts';
import { foldIdentifier, type IdentityProvider } from './find-provider.ts';

/** The one provider of each of these types has the name of the type. */
const NAMED_BY_TYPE: readonly string[] = ['Facebook', 'Google', 'LoginWithAmazon', 'SignInWithApple'];

/** What the pool gives a value by itself, or what is no attribute at all. */
const NO_DESTINATION = /^(sub|identities|cognito:.*)$/;

/** The pool's own directory, in whatever letters: a call that names a provider must mean one or the other. */
const POOL = /^cognito$/i;

/** What is safe in the addresses, usernames and groups of which it becomes a part. */
const NAME = /^[\w\s+=.@-]+$/;

/** @throws Refusal `invalid-parameter` */
export function checkName(name: string, type: IdentityProviderType): void {
  if (!NAME.test(name))
    throw invalidParameter(
      'ProviderName: use letters from A to Z, digits, spaces and the characters _ + = . @ - only.',
    );
  const wanted = NAMED_BY_TYPE.includes(type) ? type : undefined;
  if (wanted ? name !== wanted : NAMED_BY_TYPE.includes(name) || POOL.test(name))
    throw invalidParameter(`Provider ${name} cannot be of type ${type}.`);
}

/**
 * The mapping with the one entry that every provider but SAML has: who the person is (7.2). Attributes must exist;
 * whether they may be written is known at each sign-in only.
 * @throws Refusal `invalid-parameter`
 */
export function completeMapping(
  { settings }: Pick<Pool, 'settings'>,
  type: IdentityProviderType,
  given: Record<string, string>,
): Record<string, string> {
  const { subject } = kindOf(type);
  for (const [attribute, source] of Object.entries(given)) {
    if (attribute === 'username') {
      if (!subject || source !== subject)
        throw invalidParameter(
          subject
            ? `The attribute username must be mapped to ${subject} for providers of type ${type}.`
            : 'The attribute username cannot be mapped for providers of type SAML: it is the NameID.',
        );
      continue;
    }
    if (NO_DESTINATION.test(attribute) || !settings.SchemaAttributes.some(({ Name }) => Name === attribute))
      throw invalidParameter(`Attribute mapping: ${attribute}: Attribute does not exist in the schema.`);
    if (source === '') throw invalidParameter(`Attribute mapping: ${attribute} is mapped to nothing.`);
  }
  return { ...given, ...(subject && { username: subject }) };
}

/** @throws Refusal `invalid-parameter` for an identifier that another provider has, or that is given twice */
export function checkIdentifiers(
  name: string,
  identifiers: readonly string[],
  all: readonly IdentityProvider[],
): void {
  const taken = new Set(
    all.filter((other) => other.name !== name).flatMap((other) => other.identifiers.map(foldIdentifier)),
  );
  const seen = new Set<string>();
  for (const identifier of identifiers) {
    const folded = foldIdentifier(identifier);
    if (folded === '') throw invalidParameter('An identifier cannot be blank.');
    if (taken.has(folded) || seen.has(folded))
      throw invalidParameter(`The identifier ${identifier} is in use in this user pool already.`);
    seen.add(folded);
  }
}

/**
 * The details as the provider's own protocol checks and completes them; it may ask the provider for what it publishes.
 * In a rehearsal nothing is asked: that a provider is away just now must not keep a pool file from being applied.
 * @throws Refusal `invalid-parameter`
 */
export async function checkedDetails(
  { federation }: Pick<Pool, 'federation'>,
  provider: Pick<IdentityProvider, 'name' | 'type' | 'details' | 'mapping'>,
): Promise<Record<string, string>> {
  kindOf(provider.type);
  if (!federation) return provider.details;
  try {
    return await completeDetails(provider, federation);
  } catch (error) {
    if (error instanceof ProviderFault) throw invalidParameter(error.message);
    throw error;
  }
}

/** What providers of a type call their name for a person; undefined for SAML, where it is no attribute. */
export const subjectName = (type: IdentityProviderType) => kindOf(type).subject;

function kindOf(type: IdentityProviderType) {
  try {
    return providerKind(type);
  } catch (error) {
    if (error instanceof ProviderFault) throw invalidParameter(error.message);
    throw error;
  }
}
