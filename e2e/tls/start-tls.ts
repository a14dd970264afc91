/** A Foyer that speaks TLS with certificates of the test's own authority, and the story pool at custom domains. */
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { makeAuthority } from '../../server/tls/authority.ts';
import type { CertificatePair } from '../../server/tls/certificate-pair.ts';
import { type CommandResult, runCommand } from '../command.ts';
import { freePort } from '../free-port.ts';
import { type Foyer, type StartOptions, startFoyer } from '../start.ts';
import { openTlsClient, type TlsClient } from './client.ts';

const DAY = 24 * 3_600_000;

export const ID_HOST = 'id.foyer.test';
export const LOGIN_HOST = 'login.acme.test';
export const LOGIN_ARN =
  'arn:aws:acm:us-east-1:000000000000:certificate/00000000-0000-4000-8000-000000000001';

/** Until when, counted from now; a negative number for one that has expired. */
type Days = number;

const authority = makeAuthority('Authority of the stories', {
  validFrom: Date.now() - 40 * DAY,
  validTo: Date.now() + 400 * DAY,
});
export const AUTHORITY = authority.certificate;

export function issue(names: string[], days: Days = 90): CertificatePair {
  return authority.issue({ names, validFrom: Date.now() - 30 * DAY, validTo: Date.now() + days * DAY });
}

const folder = mkdtempSync(join(tmpdir(), 'foyer-tls-'));
after(() => rmSync(folder, { recursive: true, force: true }));

export interface PairFiles {
  chain: string;
  key: string;
}

/** Writes the two files, each in one step, and gives their paths. */
export function write(name: string, pair: CertificatePair): PairFiles {
  const files = { chain: join(folder, `${name}.pem`), key: join(folder, `${name}-key.pem`) };
  for (const part of ['key', 'chain'] as const) {
    writeFileSync(`${files[part]}.new`, pair[part]);
    renameSync(`${files[part]}.new`, files[part]);
  }
  return files;
}

export interface TlsFoyer {
  foyer: Foyer;
  port: number;
  /** `https://<host>:<port>` */
  at(host: string): string;
  client: TlsClient;
  api: CognitoIdentityProviderClient;
  /** Runs `foyer <parameters>` beside the process, on its stores. */
  command(...parameters: string[]): Promise<CommandResult>;
}

/** @param files of the process's own certificate, for `id.foyer.test` */
export async function startTls(files: PairFiles, options: StartOptions = {}): Promise<TlsFoyer> {
  const [port, plain] = [await freePort(), await freePort()];
  const foyer = await startFoyer({
    ...options,
    env: {
      FOYER_PORT: String(port),
      FOYER_PLAIN_PORT: String(plain),
      FOYER_PUBLIC_URL: `https://${ID_HOST}:${port}`,
      FOYER_TLS_CERTIFICATE: files.chain,
      FOYER_TLS_KEY: files.key,
      ...options.env,
    },
  });
  const client = openTlsClient(AUTHORITY);
  const at = (host: string) => `https://${host}:${port}`;
  return {
    foyer,
    port,
    at,
    client,
    api: new CognitoIdentityProviderClient({
      region: 'us-east-1',
      endpoint: at(ID_HOST),
      credentials: { accessKeyId: foyer.accessKeyId, secretAccessKey: foyer.secretAccessKey },
      requestHandler: { httpsAgent: client.agent },
    }),
    command: (...parameters) => runCommand(parameters, foyer.env),
  };
}
