/** The types of identity providers, by the name that the API gives them. Adding one is a file and a line here. */
import { detail } from './details.ts';
import { oidcKind } from './oidc/kind.ts';
import {
  type Environment,
  type Preset,
  type Provider,
  ProviderFault,
  type ProviderKind,
  type ProviderRecord,
} from './provider.ts';
import { saml } from './saml/kind.ts';
import { amazon } from './social/amazon.ts';
import { apple } from './social/apple.ts';
import { discord } from './social/discord.ts';
import { facebook } from './social/facebook.ts';
import { github } from './social/github.ts';
import { google } from './social/google.ts';
import { linkedin } from './social/linkedin.ts';
import { microsoft } from './social/microsoft.ts';
import { x } from './social/x.ts';

/** Vendors that are created as `OIDC`, the API having no type for them; known by `oidc_issuer`. */
const PRESETS: Preset[] = [github, discord, x, linkedin, microsoft];

const plain = oidcKind();
const vendorOf = (record: ProviderRecord) =>
  PRESETS.find(({ issuer }) => issuer.test(detail(record, 'oidc_issuer') ?? ''))?.kind ?? plain;
const oidc: ProviderKind = {
  ...plain,
  complete: (record, environment) => vendorOf(record).complete(record, environment),
  open: (record, environment) => vendorOf(record).open(record, environment),
};

const KINDS: Record<string, ProviderKind | undefined> = {
  OIDC: oidc,
  SAML: saml,
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
