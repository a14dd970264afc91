/** Foyer as an operator runs it: production settings, log to a file, nothing switched off. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../e2e/free-port.ts';
import type { Services } from '../e2e/services.ts';
import { OPENID_SCENE, openIdPool } from './openid-scene.ts';
import { type Running, startProgram } from './processes.ts';
import { SCENE, scenePool, type Target } from './scene.ts';

export interface Foyer {
  target: Target;
  processes: Running[];
  env: Readonly<Record<string, string>>;
  dataFolder: string;
  /** Another process on the same stores, beside those that run; `target` then names both. */
  addProcess(): Promise<Running>;
  stop(): Promise<void>;
}

const root = join(import.meta.dirname, '..');
const MAIN = { built: join(root, 'dist', 'server', 'main.js'), sources: join(root, 'server', 'main.ts') };

/** As in the Dockerfile; see docs/performance.md. */
const NODE_FLAGS = ['--use-largepages=silent', '--max-semi-space-size=16', '--max-old-space-size=1024'];

export interface FoyerOptions {
  /** The shared stores; without them SQLite in the folder. */
  services?: Services;
  /** Compiled, as it is published; else its sources, whose types are stripped at each start. */
  built: boolean;
}

interface AccessKey {
  id: string;
  secret: string;
}

/** Production settings, for stores that nobody else uses. */
function settingsOf(origin: string, accessKey: AccessKey, services?: Services) {
  const name = `foyer-bench-${randomBytes(4).toString('hex')}`;
  return {
    FOYER_HOST: '127.0.0.1',
    FOYER_PUBLIC_URL: origin,
    FOYER_MASTER_SECRET: randomBytes(32).toString('hex'),
    FOYER_ACCESS_KEYS: `${accessKey.id}:${accessKey.secret}`,
    // The mock provider is on this machine.
    FOYER_OUTGOING_ALLOW: '127.0.0.1',
    // Nothing is behind a load balancer here that would have to look elsewhere first.
    FOYER_DRAIN_SECONDS: '0',
    ...(services && {
      FOYER_MONGODB_URL: services.mongodbUri,
      FOYER_MONGODB_DATABASE: name,
      FOYER_REDIS_URL: services.redisUrl,
      FOYER_REDIS_PREFIX: name,
    }),
  };
}

/** The scene as this Foyer has it; nothing listens yet. */
function targetOf(origin: string, accessKey: AccessKey): Target {
  return {
    origin,
    ports: [],
    authorize: `/${SCENE.domain}/oauth2/authorize`,
    token: `/${SCENE.domain}/oauth2/token`,
    openid: {
      authorize: `/${OPENID_SCENE.domain}/oauth2/authorize`,
      token: `/${OPENID_SCENE.domain}/oauth2/token`,
      par: `/${OPENID_SCENE.domain}/oauth2/par`,
      client: OPENID_SCENE.client,
    },
    people: 1,
    userPool: SCENE.poolId,
    apiClient: SCENE.apiClient,
    accessKey,
  };
}

/** @param folder of this Foyer alone; made when missing */
export async function startFoyer(folder: string, { services, built }: FoyerOptions): Promise<Foyer> {
  mkdirSync(folder, { recursive: true });
  const dataFolder = join(folder, 'data');
  const poolFile = join(folder, 'pool.json');
  writeFileSync(poolFile, JSON.stringify({ pools: [...scenePool().pools, openIdPool()] }));
  const publicPort = await freePort();
  const origin = `http://127.0.0.1:${publicPort}`;
  const accessKey = { id: 'AKIABENCHBENCHBENCH0', secret: randomBytes(20).toString('hex') };
  const env = {
    ...settingsOf(origin, accessKey, services),
    FOYER_DATA_FOLDER: dataFolder,
    FOYER_POOL_FILE: poolFile,
  };
  const target = targetOf(origin, accessKey);
  const processes: Running[] = [];
  const foyer: Foyer = {
    target,
    processes,
    env,
    dataFolder,
    async addProcess() {
      const port = processes.length ? await freePort() : publicPort;
      const process = await startProgram({
        name: 'Foyer',
        args: [...NODE_FLAGS, built ? MAIN.built : MAIN.sources],
        env: { ...env, FOYER_PORT: String(port) },
        folder,
        answersAt: `http://127.0.0.1:${port}/health/ready`,
      });
      processes.push(process);
      target.ports.push(port);
      return process;
    },
    stop: async () => void (await Promise.all(processes.map((process) => process.stop()))),
  };
  await foyer.addProcess();
  return foyer;
}
