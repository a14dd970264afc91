/** A pool that knows one SAML provider, with a clock to turn: what the tests of SAML begin with. */
import { openOutgoing } from '../fetch.ts';
import type { Answer, Environment, Provider } from '../provider.ts';
import { openProvider } from '../registry.ts';
import {
  type AskedBy,
  type Lies,
  readRequest,
  type SamlIdentityProvider,
  samlIdentityProvider,
} from './saml-identity-provider.ts';
import { type Keys, makeKeys } from './saml-signature.ts';

export const POOL_ID = 'eu-central-1_Ab12Cd34E';
export const ENTITY_ID = `urn:amazon:cognito:sp:${POOL_ID}`;
export const CALLBACK = 'https://auth.example.com/saml2/idpresponse';
export const LOGOUT = 'https://auth.example.com/saml2/logout';

export interface SamlStory {
  clock: { now(): number };
  /** Moves the clock of both sides. */
  later(ms: number): void;
  environment: Environment;
  idp: SamlIdentityProvider;
  /** The pool's own, for what it signs. */
  ours: Keys;
  open(details?: Record<string, string>): Provider;
  ask(
    provider?: Provider,
    state?: string,
  ): Promise<{ asked: AskedBy; kept: Record<string, string>; redirect: string }>;
  /** What a person brings back; `finish` is left to the caller. */
  comeBack(who: string, lies?: Lies, provider?: Provider): Promise<Answer>;
}

export function samlStory(idpKeys: Keys = makeKeys(), ours: Keys = makeKeys()): SamlStory {
  let now = Date.UTC(2026, 4, 1, 12);
  const clock = { now: () => now };
  const used = new Map<string, number>();
  const environment: Environment = {
    outgoing: openOutgoing({ clock, allow: ['127.0.0.1'] }),
    clock,
    poolId: POOL_ID,
    async once(key, expiresAt) {
      const free = (used.get(key) ?? 0) <= now;
      if (free) used.set(key, expiresAt);
      return free;
    },
    signing: async () => ({
      privateKey: ours.privateKey,
      certificate: `-----BEGIN CERTIFICATE-----\n${ours.certificate}\n-----END CERTIFICATE-----\n`,
    }),
  };
  const idp = samlIdentityProvider('https://idp.example.com/metadata', clock.now, idpKeys);
  const open = (details: Record<string, string> = {}) =>
    openProvider(
      { name: 'CorpSaml', type: 'SAML', details: { MetadataFile: idp.metadata(), ...details } },
      environment,
    );

  async function ask(provider = open(), state = 'state-1') {
    const { redirect, kept } = await provider.begin({ callbackUrl: CALLBACK, state });
    return { asked: readRequest(redirect), kept, redirect };
  }

  return {
    clock,
    later: (ms) => {
      now += ms;
    },
    environment,
    idp,
    ours,
    open,
    ask,
    async comeBack(who, lies = {}, provider = open()) {
      const { asked, kept } = await ask(provider);
      const parameters = idp.answer(who, asked, lies);
      return { method: 'POST', parameters, callbackUrl: CALLBACK, kept, state: 'state-1' };
    },
  };
}
