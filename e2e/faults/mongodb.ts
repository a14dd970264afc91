/**
 * A MongoDB of a test's own, that can be stopped and started again: a `mongod` where there is one, which is killed and
 * must lose nothing; else the stand-in, which keeps a file and is stopped in good order, so that it proves
 * unavailability and recovery and nothing about durability. Where MONGODB_URI names the only one, a cable to it is cut.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { cableTo } from '../../adapters/testing/cable.ts';
import { freePort } from '../free-port.ts';
import { readTools } from '../services.ts';

export interface OwnMongodb {
  /** For FOYER_MONGODB_URL. */
  url: string;
  /** Whether what it acknowledged must be there after a stop. */
  durable: boolean;
  stop(): Promise<void>;
  start(): Promise<void>;
}

export async function startOwnMongodb(): Promise<OwnMongodb> {
  const { mongod, java, mongodbJars } = readTools();
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'foyer-mongodb-'));
  const url = `mongodb://127.0.0.1:${port}/`;
  if (mongod) {
    const args = ['--dbpath', folder, '--port', String(port), '--bind_ip', '127.0.0.1', '--quiet'];
    return supervised(folder, {
      url,
      durable: true,
      launch: () => spawn(mongod, args, { stdio: ['ignore', 'ignore', 'inherit'] }),
      end: (child) => child.kill('SIGKILL'),
    });
  }
  if (java && mongodbJars) {
    const source = join(import.meta.dirname, '..', '..', 'scripts', 'mongodb', 'MongoStandIn.java');
    const options = ['-Xmx256m', '-XX:TieredStopAtLevel=1', '-cp', join(mongodbJars, '*')];
    const args = [...options, source, String(port), join(folder, 'data.mv')];
    return supervised(folder, {
      url: `${url}?retryWrites=false`,
      durable: false,
      launch: () => spawn(java, args, { stdio: ['pipe', 'ignore', 'ignore'] }),
      end: (child) => child.stdin?.end(),
    });
  }
  const cable = await cableTo(process.env.MONGODB_URI ?? '');
  after(() => cable.close());
  const address = `mongodb://${cable.address}/?directConnection=true`;
  return { url: address, durable: true, stop: cable.cut, start: cable.mend };
}

interface Program {
  url: string;
  durable: boolean;
  launch(): ChildProcess;
  end(child: ChildProcess): void;
}

async function supervised(folder: string, { url, durable, launch, end }: Program): Promise<OwnMongodb> {
  let child = launch();
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    end(child);
    await exit;
  };
  after(async () => {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const start = async () => {
    if (child.exitCode !== null || child.signalCode !== null) child = launch();
  };
  return { url, durable, stop, start };
}
