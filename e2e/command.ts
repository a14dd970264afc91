import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface CommandResult {
  code: number | null;
  /** What it wrote on both outputs. */
  output: string;
}

/**
 * Runs `foyer <args>` with these settings and no others, and waits for its end; after a minute it is ended.
 * @param user runs it as this user, which only root can
 */
export async function runCommand(
  args: string[],
  env: Readonly<Record<string, string>>,
  user?: number,
): Promise<CommandResult> {
  const { PATH = '', HOME = '' } = process.env;
  const main = join(import.meta.dirname, '..', 'server', 'main.ts');
  const child = spawn(process.execPath, [main, ...args], {
    cwd: tmpdir(),
    env: { PATH, HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
    killSignal: 'SIGKILL',
    uid: user,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes) => {
      output += bytes;
    });
  const [code] = await once(child, 'close');
  return { code, output };
}
