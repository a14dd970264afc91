/** What the rows share: one load generator, one Foyer and one of each baseline, started when a row first asks. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Services, startServices } from '../e2e/services.ts';
import type { Contestant } from './contestant.ts';
import type { ScenarioName } from './load/scenarios.ts';
import { fillAccounts } from './many-accounts.ts';
import type { Options } from './options.ts';
import type { Running } from './processes.ts';
import type { Target } from './scene.ts';
import { startBareHash, startBareProvider } from './start-baselines.ts';
import { startCognitoLocal } from './start-cognito-local.ts';
import { type Foyer, startFoyer } from './start-foyer.ts';
import { startGenerator } from './start-generator.ts';

export interface Bench {
  options: Options;
  /** A new folder for a row of its own. */
  newFolder(): string;
  /** One process with `FEW` people, the same for all rows. */
  foyer(): Promise<Foyer>;
  /** A Foyer for one row, with as many people as it asks for. */
  newFoyer(people: number): Promise<Foyer>;
  bareProvider(): Promise<{ target: Target; process: Running }>;
  bareHash(): Promise<Contestant>;
  cognitoLocal(): Promise<{ target: Target; process: Running }>;
  /** A server as a contestant that does one scenario. */
  contestant(name: string, server: Server, scenario: ScenarioName): Contestant;
  stop(): Promise<void>;
}

type Server = { target: Target } & ({ processes: Running[] } | { process: Running });

/** People in an ordinary pool: enough that two visitors seldom are the same person. */
export const FEW = 1000;

export async function openBench(options: Options): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), 'foyer-bench-'));
  const toStop: { stop(): Promise<void> }[] = [];
  let folders = 0;
  const newFolder = () => {
    const made = join(folder, String(++folders));
    mkdirSync(made);
    return made;
  };
  const stopLater = <T extends { stop(): Promise<void> }>(started: T): T => {
    toStop.unshift(started);
    return started;
  };
  const services: Services | undefined =
    options.stores === 'shared' ? stopLater(await startServices()) : undefined;
  const generator = stopLater(await startGenerator(newFolder(), options.visitors));

  const newFoyer = async (people: number) => {
    const foyer = stopLater(await startFoyer(newFolder(), { services, built: options.built }));
    await fillAccounts(foyer, people);
    return foyer;
  };
  const foyer = once(() => newFoyer(FEW));
  const passwordHash = async () => (await fillAccounts(await foyer(), FEW)).passwordHash;

  return {
    options,
    newFolder,
    foyer,
    newFoyer,
    bareProvider: once(async () => {
      const bare = await startBareProvider(newFolder(), await passwordHash());
      stopLater(bare.process);
      return bare;
    }),
    bareHash: once(async () => stopLater(await startBareHash(newFolder(), await passwordHash()))),
    cognitoLocal: once(async () => {
      const local = await startCognitoLocal(newFolder());
      stopLater(local.process);
      return local;
    }),
    contestant: (name, server, scenario) => ({
      name,
      pids: ('process' in server ? [server.process] : server.processes).map(({ pid }) => pid),
      load: (amount) => generator.run(scenario, server.target, amount),
    }),
    async stop() {
      for (const started of toStop.splice(0)) await started.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
