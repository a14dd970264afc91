import type { DirectoryStores } from '#adapters/directory/store.ts';
import type { Clock } from '../clock.ts';
import { invalidParameter } from '../errors.ts';
import { checkTime, readChain, UnusableCertificate } from '../tls/certificate-pair.ts';

/**
 * Whether a domain may name this certificate now. Throws Refusal `invalid-parameter` when nobody brought it, it is
 * not valid at this time, or it is for other hosts (HUI-54).
 */
export async function checkCertificate(
  { directory, clock }: { directory: DirectoryStores; clock: Clock },
  arn: string,
  host: string,
): Promise<void> {
  const stored = await directory.installation.find('certificate', arn);
  if (!stored) throw invalidParameter(`The certificate ${arn} does not exist.`);
  try {
    const facts = readChain(stored.record.chain);
    checkTime(facts, clock.now());
    if (!facts.covers(host))
      throw new UnusableCertificate(`is for ${facts.names.join(', ')}, not for ${host}`);
  } catch (error) {
    if (error instanceof UnusableCertificate)
      throw invalidParameter(`The certificate ${arn} ${error.message}.`);
    throw error;
  }
}
