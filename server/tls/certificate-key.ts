import type { Stored } from '#adapters/directory/store.ts';
import type { Vault } from '../vault.ts';

/** A stored key opens only for the certificate that it was sealed for, so that two cannot be swapped in the store. */
const PURPOSE = 'certificate key';

export function sealCertificateKey(vault: Pick<Vault, 'seal'>, arn: string, key: string): string {
  return vault.seal(PURPOSE, arn, key);
}

/** Throws Unsealable. */
export function openCertificateKey(vault: Pick<Vault, 'open'>, certificate: Stored<'certificate'>): string {
  return vault.open(PURPOSE, certificate.id, certificate.record.sealedKey);
}
