/** Reads a pool file (YAML, of which JSON is a part) and checks its frame. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Document, parseDocument } from 'yaml';
import { OPENID_CLIENT_NAMES } from '../configuration/openid/client-metadata.ts';
import { distance } from '../settings/distance.ts';
import { type PoolFile, poolFileSchema } from './schema.ts';

/** The pool file is wrong. The message lists every fault; nothing of the file was applied. */
export class InvalidPoolFile extends Error {
  override name = 'InvalidPoolFile';
  readonly faults: string[];

  constructor(path: string, faults: string[]) {
    super(`The pool file ${path} was not applied:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.faults = faults;
  }
}

/** More would be a mistake, or an attempt to exhaust memory through YAML's anchors. */
const MOST_ALIASES = 100;

/** @throws InvalidPoolFile naming every fault of syntax and frame. */
export function readPoolFile(path: string): PoolFile {
  const document = parseDocument(readText(path), { uniqueKeys: true });
  if (document.errors.length > 0)
    throw new InvalidPoolFile(
      path,
      document.errors.map((error) => error.message.split('\n')[0] ?? error.code),
    );
  const parsed = poolFileSchema.safeParse(toValues(path, document));
  if (parsed.success) return withPathsFrom(dirname(path), parsed.data);
  const faults = parsed.error.issues.flatMap((issue) => {
    const where = issue.path.map(String).join('.') || 'the file';
    if (issue.code !== 'unrecognized_keys') return [`${where}: ${issue.message}`];
    return issue.keys.map(
      (key) => `${where}: "${key}" is not known here. Did you mean "${nearest(key, known(issue.path))}"?`,
    );
  });
  throw new InvalidPoolFile(path, faults);
}

/** Paths in the file are meant from its folder, wherever Foyer was started. */
function withPathsFrom(folder: string, file: PoolFile): PoolFile {
  const certificates = file.certificates.map(({ arn, chain, key }) => ({
    arn,
    chain: resolve(folder, chain),
    key: resolve(folder, key),
  }));
  return { ...file, certificates };
}

function toValues(path: string, document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: MOST_ALIASES });
  } catch (error) {
    throw new InvalidPoolFile(path, [(error as Error).message]);
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new InvalidPoolFile(path, [`it cannot be read: ${(error as Error).message}`]);
  }
}

const KNOWN = [
  ...['pools', 'id', 'settings', 'domain', 'sessions', 'resourceServers', 'identityProviders', 'clients'],
  ...['users', 'secret', 'OpenId', 'username', 'password', 'attributes', 'groups'],
  ...['certificates', 'arn', 'chain', 'key', 'name', 'certificateArn'],
];

/** Names of a client's metadata are told apart from each other, not from those of the frame. */
const known = (path: PropertyKey[]) => (path.at(-1) === 'OpenId' ? OPENID_CLIENT_NAMES : KNOWN);

function nearest(key: string, names: readonly string[]): string {
  return names.reduce((best, next) => (distance(key, next) < distance(key, best) ? next : best));
}
