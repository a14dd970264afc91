import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../e2e/free-port.ts';
import type { Amount, Contestant, Load } from './contestant.ts';
import { type Running, startProgram } from './processes.ts';
import { SCENE, type Target } from './scene.ts';

const file = (name: string) => join(import.meta.dirname, name);

/** Bare oidc-provider. Whoever has the password may sign in, under any name. */
export async function startBareProvider(
  folder: string,
  passwordHash: string,
): Promise<{ target: Target; process: Running }> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const process = await startProgram({
    name: 'oidc-provider',
    args: [file('baseline-oidc.ts'), String(port), passwordHash],
    folder,
    answersAt: `${origin}/.well-known/openid-configuration`,
  });
  const paths = { authorize: '/auth', token: '/token' };
  const openid = { ...paths, par: '/request', client: SCENE.webClient };
  return { target: { origin, ports: [port], ...paths, openid, people: 1000 }, process };
}

/** As many threads as Foyer hashes on; see `server/accounts/password.ts`. */
const HASH_THREADS = Math.min(3, availableParallelism() + 1);

/** The bare hash, in a process of its own. */
export async function startBareHash(
  folder: string,
  passwordHash: string,
): Promise<Contestant & Pick<Running, 'stop'>> {
  const { child, pid, stop } = await startProgram({
    name: 'the bare hash',
    args: [file('baseline-hash.ts'), passwordHash, String(HASH_THREADS)],
    folder,
  });
  return {
    name: 'bare hash',
    pids: [pid],
    stop,
    async load(amount: Amount) {
      child.send(amount);
      const [load] = (await once(child, 'message')) as [Load];
      // Its own cost is what is measured; nothing generates load for it.
      return { ...load, ownCpuMs: 0 };
    },
  };
}
