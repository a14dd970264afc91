import type { DirectoryStores } from '#adapters/directory/store.ts';
import { invalidParameter, Refusal } from '../errors.ts';
import { customDomains } from './custom-domains.ts';

/** Throws Refusal `invalid-parameter` while a domain names it, `resource-not-found` when nobody brought it. */
export async function removeCertificate(directory: DirectoryStores, arn: string): Promise<void> {
  const using = (await customDomains(directory)).filter(({ record }) => record.certificateArn === arn);
  if (using.length > 0)
    throw invalidParameter(`The certificate ${arn} is used by ${using.map(({ id }) => id).join(', ')}.`);
  if (!(await directory.installation.remove('certificate', arn)))
    throw new Refusal('resource-not-found', { message: `The certificate ${arn} does not exist.` });
}
