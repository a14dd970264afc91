import { type Environment, type Provider, ProviderFault } from '../provider.ts';
import { finishSignIn } from './finish-sign-in.ts';
import { finishSignOut } from './finish-sign-out.ts';
import { loadMetadata } from './load-metadata.ts';
import { authnRequest, logoutRequest, newId, redirectTo } from './messages.ts';

export interface SamlSettings {
  name: string;
  /** The document itself, or where it is. */
  file?: string;
  url?: string;
  /** Signing out here signs out there. */
  signsOut: boolean;
  /** Requests to sign in are signed, also where the metadata does not ask for it. */
  signsRequests: boolean;
  /** Assertions have to be encrypted, for the pool's certificate. */
  encrypted: boolean;
  /** Signatures with SHA-1 are accepted. */
  sha1: boolean;
}

/** Signs in and out through a SAML 2.0 identity provider: requests by HTTP-Redirect, answers by HTTP-POST. */
export function openSamlProvider(settings: SamlSettings, environment: Environment): Provider {
  const { name, sha1 } = settings;
  const { clock, poolId } = environment;
  const metadata = () => loadMetadata(settings, environment);

  async function privateKey(): Promise<string> {
    if (environment.signing) return (await environment.signing()).privateKey;
    throw new ProviderFault('configuration', 'The pool has no key for SAML');
  }

  return {
    async begin({ callbackUrl, state }) {
      const { signOn: destination, wantsSignedRequests } = await metadata();
      const id = newId();
      const request = authnRequest({ id, poolId, destination, now: clock.now(), callbackUrl });
      const key = settings.signsRequests || wantsSignedRequests ? await privateKey() : undefined;
      return { redirect: redirectTo(destination, request, state, key), kept: { id } };
    },

    async finish(answer) {
      const decryptionKey = settings.encrypted ? await privateKey() : undefined;
      const expectations = { name, metadata: await metadata(), sha1, decryptionKey };
      return finishSignIn(answer, expectations, environment);
    },

    async signOut({ session, state }) {
      if (!settings.signsOut || !session['nameId']) return undefined;
      const { signOut: destination } = await metadata();
      if (!destination) return undefined;
      const id = newId();
      const request = logoutRequest({ id, poolId, destination, now: clock.now(), session });
      return { redirect: redirectTo(destination, request, state, await privateKey()), kept: { id } };
    },

    async finishSignOut(answer) {
      await finishSignOut(answer, await metadata(), sha1);
    },
  };
}
