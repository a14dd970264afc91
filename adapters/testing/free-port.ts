import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below those that systems give to whoever asks for any port, a client's end of a connection among them: one of these
 * stays free while its program starts, and while it is down for a moment and comes again.
 */
const [FIRST, COUNT] = [12_000, 20_000];

/** Test files run side by side, each in a process of its own: each begins where no other does. */
let next = (process.pid * 16) % COUNT;

/** A port that nothing listened on a moment ago, for programs that must be told their port before they start. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + (next++ % COUNT);
    if (await isFree(port)) return port;
  }
}

export async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
