import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A cable to a server that a test can pull out, and into which it can put silence. */
export interface Cable {
  /** `host:port` of this end. */
  address: string;
  /** Connections break and new ones are refused, as when the server is stopped. */
  cut(): Promise<void>;
  /** Connections stay and nothing passes any more, as when the other machine has vanished from the network. */
  mute(): void;
  /** All is well again, at the same address. */
  mend(): Promise<void>;
  close(): Promise<void>;
}

/** `server` is the address of a service; of a list of hosts the first. */
export async function cableTo(server: string): Promise<Cable> {
  const host = /^[a-z+]+:\/\/(?:[^@/]*@)?([^,/?]+)/.exec(server)?.[1] ?? server;
  const target = new URL(`tcp://${host}`);
  const sockets = new Set<Socket>();
  /** They stay silent for ever: a connection that lost bytes cannot go on. */
  const silent = new WeakSet<Socket>();
  let muted = false;
  const listener = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      if (muted) silent.add(from);
      from.on('data', (bytes) => silent.has(from) || to.write(bytes));
      from.on('error', () => {});
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  const listen = async (port: number) => {
    listener.listen(port, '127.0.0.1');
    await once(listener, 'listening');
  };
  const cut = async () => {
    const closed = listener.listening ? once(listener, 'close') : undefined;
    listener.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  await listen(0);
  const { port } = listener.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    cut,
    mute: () => {
      muted = true;
      for (const socket of sockets) silent.add(socket);
    },
    mend: async () => {
      muted = false;
      if (!listener.listening) await listen(port);
    },
    close: cut,
  };
}
