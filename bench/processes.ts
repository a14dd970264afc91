/** Starts the programs that are measured, and reads what they cost from the kernel (Linux). */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export interface Program {
  /** For messages. */
  name: string;
  args: string[];
  env?: Record<string, string>;
  /** Working directory, and where its output is kept. */
  folder: string;
  /** What it answers when it is up; without it, it is a child that answers messages. */
  answersAt?: string;
}

export interface Running {
  pid: number;
  child: ChildProcess;
  /** From the start of the process to its first answer. */
  startedInMs: number;
  stop(): Promise<void>;
}

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

const START_WITHIN_MS = 30_000;
const POLL_MS = 2;
let outputs = 0;

export async function startProgram(program: Program): Promise<Running> {
  const { args, env, folder, answersAt } = program;
  const { PATH = '', HOME = '' } = process.env;
  const output = join(folder, `output-${++outputs}.log`);
  // A file, as an operator's log would be: reading a pipe would be a cost of ours.
  const file = openSync(output, 'a');
  const start = performance.now();
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { PATH, HOME, NODE_ENV: 'production', ...(answersAt && serverOptions()), ...env },
    stdio: answersAt ? ['ignore', file, file] : ['ignore', file, file, 'ipc'],
  });
  closeSync(file);
  running.add(child);
  child.once('exit', () => running.delete(child));
  await once(child, 'spawn');
  if (answersAt) await firstAnswer(program, child, answersAt, output);
  return {
    pid: child.pid ?? 0,
    child,
    startedInMs: performance.now() - start,
    stop: async () => {
      if (!running.has(child)) return;
      const exit = once(child, 'exit');
      if (child.connected) child.disconnect();
      else child.kill('SIGTERM');
      await exit;
    },
  };
}

/** For looking inside the servers: `BENCH_NODE_OPTIONS='--cpu-prof --cpu-prof-dir=/tmp/profiles'`, for example. */
const serverOptions = () => ({ NODE_OPTIONS: process.env['BENCH_NODE_OPTIONS'] ?? '' });

async function firstAnswer(
  { name }: Program,
  child: ChildProcess,
  url: string,
  output: string,
): Promise<void> {
  const deadline = performance.now() + START_WITHIN_MS;
  while (!(await answers(url))) {
    if (!running.has(child) || performance.now() > deadline)
      throw new Error(`${name} did not start:\n${readFileSync(output, 'utf8').slice(-4000)}`);
    await pause(POLL_MS);
  }
}

function answers(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    request(url, { agent: false })
      .once('response', (answer) => {
        answer.resume();
        resolve(answer.statusCode === 200);
      })
      .once('error', () => resolve(false))
      .end();
  });
}

/** Time on a processor so far, user and system, of all threads of the processes. Threads of Node live as long as it does. */
export function cpuMs(pids: number[]): number {
  const nanoseconds = pids.flatMap((pid) =>
    readdirSync(`/proc/${pid}/task`).map((thread) =>
      Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
    ),
  );
  return sum(nanoseconds) / 1e6;
}

/** Memory that the processes hold in RAM, in megabytes of 2^20 bytes. */
export function residentMb(pids: number[]): number {
  const kilobytes = pids.map((pid) =>
    Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]),
  );
  return sum(kilobytes) / 1024;
}

const sum = (numbers: number[]) => numbers.reduce((total, next) => total + next, 0);
