/**
 * A SAML identity provider that others wrote and many institutions run: SimpleSAMLphp, under PHP's own server. Its
 * configuration is made anew in a folder of its own; two people have accounts there.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { makeKeys } from '#federation/testing/saml-signature.ts';
import { freePort } from './free-port.ts';
import { readTools } from './services.ts';

export interface SimpleSaml {
  url: string;
  /** What it publishes of itself, read from it. */
  metadata(): Promise<string>;
  metadataUrl: string;
  /** Tells it of a pool. */
  trust(pool: {
    entityId: string;
    callbackUrl: string;
    logoutUrl: string;
    certificate: string;
    encrypts?: boolean;
  }): void;
}

const READY_WITHIN_MS = 30_000;

const running: { child: ChildProcess; folder: string }[] = [];
after(async () => {
  for (const { child, folder } of running) {
    if (child.exitCode === null && child.kill()) await once(child, 'exit');
    rmSync(folder, { recursive: true, force: true });
  }
});
// For a test process that ends before the hook above ran.
process.on('exit', () => {
  for (const { child } of running) child.kill('SIGKILL');
});

const text = (value: string) => `'${value.replaceAll(/[\\']/g, '\\$&')}'`;
const pem = (base64: string) =>
  `-----BEGIN CERTIFICATE-----\n${base64.replaceAll(/.{64}/g, '$&\n').trimEnd()}\n-----END CERTIFICATE-----\n`;

/** Starts it; it ends with the test file. */
export async function startSimpleSaml(): Promise<SimpleSaml> {
  const { php, simplesamlphp } = readTools();
  const folder = mkdtempSync(join(tmpdir(), 'foyer-saml-'));
  const url = `http://localhost:${await freePort()}`;
  const write = (name: string, content: string) => writeFileSync(join(folder, name), content);
  for (const name of ['metadata', 'cert', 'sessions', 'tmp', 'data']) mkdirSync(join(folder, name));
  const { privateKey, certificate } = makeKeys();
  write('cert/idp.key', privateKey);
  write('cert/idp.crt', pem(certificate));
  write('config.php', configuration(url, folder));
  write('authsources.php', PEOPLE);
  write('metadata/saml20-idp-hosted.php', HOSTED);
  write('metadata/saml20-sp-remote.php', '<?php\n');

  const options = [
    '-d',
    `session.save_path=${join(folder, 'sessions')}`,
    '-d',
    'display_errors=0',
    '-d',
    'opcache.enable=0',
  ];
  const child = spawn(php, [...options, '-S', new URL(url).host, '-t', join(simplesamlphp, 'www')], {
    env: { ...process.env, SIMPLESAMLPHP_CONFIG_DIR: folder },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  running.push({ child, folder });
  await listening(child);
  const metadataUrl = `${url}/saml2/idp/metadata.php`;
  return {
    url,
    metadataUrl,
    metadata: async () => (await fetch(metadataUrl)).text(),
    trust: (pool) => write('metadata/saml20-sp-remote.php', remote(pool)),
  };
}

async function listening(child: ChildProcess): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let said = '';
  child.stderr?.on('data', (part) => {
    said += part;
    if (said.includes(' started')) resolve();
  });
  child.on('error', reject);
  child.on('exit', () => reject(new Error(`PHP ended: ${said}`)));
  const late = setTimeout(() => reject(new Error(`PHP is not ready: ${said}`)), READY_WITHIN_MS);
  await promise.finally(() => clearTimeout(late));
}

const configuration = (url: string, folder: string) => `<?php
$config = [
  'baseurlpath' => ${text(`${url}/`)},
  'certdir' => ${text(join(folder, 'cert/'))},
  'metadatadir' => ${text(join(folder, 'metadata/'))},
  'tempdir' => ${text(join(folder, 'tmp/'))},
  'datadir' => ${text(join(folder, 'data/'))},
  'loggingdir' => ${text(join(folder, 'tmp/'))},
  'logging.handler' => 'file',
  'secretsalt' => 'of-the-tests',
  'auth.adminpassword' => 'of-the-tests',
  'timezone' => 'UTC',
  'enable.saml20-idp' => true,
  'module.enable' => ['exampleauth' => true, 'core' => true, 'saml' => true],
  'session.cookie.secure' => false,
  'session.cookie.samesite' => null,
  'session.phpsession.savepath' => null,
  'session.phpsession.httponly' => true,
  'store.type' => 'phpsession',
  'metadata.sources' => [['type' => 'flatfile']],
  'language.default' => 'en',
];
`;

const PEOPLE = `<?php
$config = [
  'people' => [
    'exampleauth:UserPass',
    'maria:Correct-Horse-7' => ['uid' => ['maria'], 'mail' => ['maria@corp.example'], 'groups' => ['staff', 'day & night']],
    'otto:Correct-Horse-7' => ['uid' => ['otto'], 'mail' => ['otto@corp.example'], 'groups' => ['staff']],
  ],
];
`;

const HOSTED = `<?php
$metadata['__DYNAMIC:1__'] = [
  'host' => '__DEFAULT__',
  'privatekey' => 'idp.key',
  'certificate' => 'idp.crt',
  'auth' => 'people',
  'redirect.validate' => true,
  'sign.logout' => true,
  'NameIDFormat' => 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
  'simplesaml.nameidattribute' => 'uid',
];
`;

const POST = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST';

const remote = (pool: Parameters<SimpleSaml['trust']>[0]) => `<?php
$metadata[${text(pool.entityId)}] = [
  'AssertionConsumerService' => [['Binding' => '${POST}', 'Location' => ${text(pool.callbackUrl)}, 'index' => 1]],
  'SingleLogoutService' => [['Binding' => '${POST}', 'Location' => ${text(pool.logoutUrl)}]],
  'assertion.encryption' => ${pool.encrypts ? 'true' : 'false'},
  'certData' => ${text(pool.certificate)},
  'NameIDFormat' => 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
  'simplesaml.nameidattribute' => 'uid',
];
`;
