import { type Answer, ProviderFault } from '../provider.ts';
import { checkEnvelope } from './finish-sign-in.ts';
import { readMessage } from './read-message.ts';
import type { Metadata } from './read-metadata.ts';
import { verifySigned } from './verify-signature.ts';

/**
 * Whether what was posted answers our LogoutRequest. Its status does not matter: the person is signed out here, and
 * has to get on. A signature is not needed but must hold where there is one. Throws ProviderFault.
 */
export async function finishSignOut(
  { method, parameters, callbackUrl, kept, state }: Answer,
  metadata: Metadata,
  sha1: boolean,
): Promise<void> {
  if (parameters['SAMLRequest'] !== undefined)
    throw new ProviderFault('invalid-answer', 'sign-out that begins at the provider is not supported');
  const encoded = parameters['SAMLResponse'];
  if (method !== 'POST' || !encoded || parameters['RelayState'] !== state || !kept['id'])
    throw new ProviderFault('not-verified', 'no SAMLResponse was posted, or one with another RelayState');
  const message = readMessage(encoded, 'LogoutResponse');
  checkEnvelope(message.root, {
    issuer: metadata.entityId,
    destination: callbackUrl,
    inResponseTo: kept['id'],
  });
  if (message.signed.length) await verifySigned(message, { certificates: metadata.certificates, sha1 });
}
