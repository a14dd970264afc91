/** The types of identity providers, by the name that the API gives them. Adding one is a file and a line here. */
import { oidc } from './oidc/kind.ts';
import {
  type Environment,
  type Provider,
  ProviderFault,
  type ProviderKind,
  type ProviderRecord,
} from './provider.ts';
import { amazon } from './social/amazon.ts';
import { apple } from './social/apple.ts';
import { facebook } from './social/facebook.ts';
import { google } from './social/google.ts';

const KINDS: Record<string, ProviderKind | undefined> = {
  OIDC: oidc,
  Google: google,
  Facebook: facebook,
  LoginWithAmazon: amazon,
  SignInWithApple: apple,
};

/** The kind of a `ProviderType`. Throws ProviderFault `configuration` for a type that nobody knows. */
export function providerKind(type: string): ProviderKind {
  const kind = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
  if (!kind) throw new ProviderFault('configuration', `There is no provider type ${type}`);
  return kind;
}

/** Opens a stored provider. Cheap, and fetches nothing: documents are remembered by `environment.outgoing`. */
export function openProvider(record: ProviderRecord, environment: Environment): Provider {
  return providerKind(record.type).open(record, environment);
}

/** Checks and completes `ProviderDetails` at creation and update, as the kind promises it. */
export function completeDetails(
  record: ProviderRecord,
  environment: Environment,
): Promise<Record<string, string>> {
  return providerKind(record.type).complete(record, environment);
}
