import { detail, wrong } from '../details.ts';
import { type Environment, ProviderFault, type ProviderKind, type ProviderRecord } from '../provider.ts';
import { loadMetadata } from './load-metadata.ts';
import { openSamlProvider, type SamlSettings } from './open-provider.ts';

const SWITCHES = ['IDPSignout', 'IDPInit', 'EncryptedResponses'];
/** Shown with the rest, and sent back by tools that show it; what is sent is not read. */
const DERIVED = ['SSORedirectBindingURI', 'SLORedirectBindingURI', 'ActiveEncryptionCertificate'];
const KNOWN = ['MetadataFile', 'MetadataURL', 'RequestSigningAlgorithm', ...SWITCHES, ...DERIVED];

/** `ProviderType` SAML: any SAML 2.0 identity provider, by its metadata. */
export const saml: ProviderKind = {
  async complete(record, environment) {
    const unknown = Object.keys(record.details).filter((name) => !KNOWN.includes(name));
    if (unknown.length) throw wrong(`ProviderDetails of ${record.name} cannot have ${unknown.join(', ')}`);
    const [file, url] = [detail(record, 'MetadataFile'), detail(record, 'MetadataURL')];
    if (Boolean(file) === Boolean(url))
      throw wrong(`ProviderDetails of ${record.name} must have either MetadataFile or MetadataURL`);
    checkSwitches(record);
    const { signOn, signOut } = await publishedBy({ file, url }, environment);
    const given = KNOWN.filter((name) => !DERIVED.includes(name)).flatMap((name) => {
      const value = detail(record, name);
      return value === undefined ? [] : [[name, value]];
    });
    return {
      ...Object.fromEntries(given),
      SSORedirectBindingURI: signOn,
      ...(signOut ? { SLORedirectBindingURI: signOut } : {}),
      ...(isOn(record, 'EncryptedResponses') ? await encryptionCertificate(environment) : {}),
    };
  },

  open(record, environment) {
    const on = (name: string) => isOn(record, name);
    const settings: SamlSettings = {
      name: record.name,
      file: detail(record, 'MetadataFile'),
      url: detail(record, 'MetadataURL'),
      signsOut: on('IDPSignout'),
      signsRequests: detail(record, 'RequestSigningAlgorithm') !== undefined,
      encrypted: on('EncryptedResponses'),
      sha1: environment.overrides?.['SAML']?.['allow_sha1'] === 'true',
    };
    return openSamlProvider(settings, environment);
  },
};

const isOn = (record: ProviderRecord, name: string) => detail(record, name)?.toLowerCase() === 'true';

/** What the provider encrypts for: the pool's one certificate, in base64 as the API has it. */
async function encryptionCertificate({ signing }: Environment) {
  const { certificate } = (await signing?.()) ?? {};
  const text = certificate?.replaceAll(/-----[A-Z ]+-----|\s/g, '');
  return text ? { ActiveEncryptionCertificate: text } : undefined;
}

function checkSwitches(record: ProviderRecord): void {
  for (const name of SWITCHES) {
    if (!/^(true|false)$/i.test(detail(record, name) ?? 'false'))
      throw wrong(`${name} must be true or false`);
  }
  if ((detail(record, 'RequestSigningAlgorithm') ?? 'rsa-sha256') !== 'rsa-sha256')
    throw wrong('RequestSigningAlgorithm must be rsa-sha256');
}

/** Read anew, whatever is remembered: who saves a provider wants what is published now. */
async function publishedBy({ file, url }: { file?: string; url?: string }, environment: Environment) {
  const refused = url && environment.outgoing.refusal(url);
  if (refused) throw wrong(`MetadataURL ${url} cannot be used: ${refused}`);
  try {
    return await loadMetadata({ file, url, anew: true }, environment);
  } catch (fault) {
    if (!(fault instanceof ProviderFault)) throw fault;
    // The text that tools know (FED-66), and why.
    throw wrong(url ? `Error retrieving metadata from ${url}: ${fault.message}` : fault.message);
  }
}
