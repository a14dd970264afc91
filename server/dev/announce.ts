/** What the terminal says once Foyer listens in development: what to open next, and how to call it. */
import { resolve } from 'node:path';
import type { ProcessSettings } from '../settings/process.ts';
import { findSampleClient, sampleCallback } from './sample-client.ts';

type Announced = Pick<
  ProcessSettings,
  'publicUrl' | 'samplePort' | 'accessKeys' | 'region' | 'dataFolder' | 'poolFile'
>;

/** @param authority the path of the authority behind a certificate that was made here. */
export function announce(settings: Announced, authority?: string): void {
  const { publicUrl, samplePort, accessKeys, region, dataFolder } = settings;
  const [keyId, secret] = accessKeys.entries().next().value ?? ['', ''];
  const sample = findSampleClient(settings);
  const lines = [
    '',
    `  Foyer listens on ${publicUrl}`,
    '',
    ...(sample ? [`  Sample application   http://localhost:${samplePort}`] : whyNone(settings)),
    `  Mailbox              ${publicUrl}/dev/mailbox`,
    ...(sample
      ? [`  Discovery            ${publicUrl}/${sample.poolId}/.well-known/openid-configuration`]
      : []),
    `  Data                 ${dataFolder} (delete it to begin anew)`,
    ...(authority ? [`  Authority            ${authority} (browsers must be told to trust it)`] : []),
    '',
    '  For the AWS CLI and SDKs:',
    ...(authority
      ? [`  export AWS_CA_BUNDLE=${resolve(authority)} NODE_EXTRA_CA_CERTS=${resolve(authority)}`]
      : []),
    `  export AWS_ACCESS_KEY_ID=${keyId} AWS_SECRET_ACCESS_KEY=${secret} AWS_DEFAULT_REGION=${region}`,
    `  aws --endpoint-url ${publicUrl} cognito-idp list-user-pools --max-results 10`,
    '',
    '  Stop with Ctrl-C.',
    '',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** Whoever moved the sample to another port, and not its client, would look for it in vain. */
function whyNone({ poolFile, samplePort }: Announced): string[] {
  if (!poolFile || samplePort === 0) return [];
  return [`  Sample application   none: no client of the pool file has ${sampleCallback(samplePort)}`];
}
