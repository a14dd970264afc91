/**
 * From the address in the settings to a client: one server, Sentinel or Cluster, each also with TLS.
 *
 * Commands that could not be sent are not queued, and those that were sent are not repeated after a reconnect: a
 * command that ran late or twice, after its caller had been told that it failed, would count or take a second time.
 */
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { StoreError } from '../errors.ts';
import { scripts } from './redis-scripts.ts';

/** How long to wait for Redis, each in milliseconds. */
export interface Patience {
  /** For the connection, or for one of those that wait for replicas. */
  readyMs: number;
  /** For the answer to one command. */
  commandMs: number;
  /** For replicas: their word follows in the time that a message takes to them and back; this is for those that are gone. */
  confirmMs: number;
}

/** The connection and the answer take less than the whole together; replicas confirm while the answer is waited for. */
export const patienceOf = (patienceMs: number): Patience => ({
  readyMs: 0.35 * patienceMs,
  commandMs: 0.45 * patienceMs,
  confirmMs: Math.ceil(0.25 * patienceMs),
});

const CONNECT_MS = 1000;
const retryStrategy = (times: number) => Math.min(times * 50, 1000);

const OPTIONS = {
  connectTimeout: CONNECT_MS,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  // A server that became a replica: look again for the primary.
  reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
} satisfies RedisOptions;

/**
 * `redis://[user:password@]host:port[/db]`, `redis+sentinel://host1:port,host2:port/name[/db]` or
 * `redis+cluster://host1:port,host2:port`; `rediss` instead of `redis` for TLS. The user and the password are those
 * of the data servers; `?sentinelPassword=` is for Sentinels that ask for another. Throws StoreError for any other form.
 */
export function connectRedis(url: string, commandMs: number): Redis | Cluster {
  const { mode, secure, hosts, path, ...credentials } = parseRedisUrl(url);
  const { sentinelPassword, ...login } = credentials;
  const options = {
    ...OPTIONS,
    commandTimeout: commandMs,
    // A machine that vanished closes no connection; without this the client would wait for it for a quarter of an hour.
    socketTimeout: 2 * commandMs,
    ...login,
    ...(secure && { tls: {} }),
  };
  const client =
    mode === 'cluster'
      ? new Cluster(hosts, {
          redisOptions: options,
          clusterRetryStrategy: retryStrategy,
          enableOfflineQueue: false,
          scripts,
          // Certificates name hosts, which the default look-up would turn into addresses.
          ...(secure && { dnsLookup: (address, callback) => callback(null, address) }),
        })
      : new Redis({
          ...options,
          ...(mode === 'sentinel'
            ? {
                sentinels: hosts,
                name: path[0],
                db: database(path[1]),
                sentinelPassword,
                enableTLSForSentinelMode: secure,
                sentinelRetryStrategy: retryStrategy,
              }
            : { ...hosts[0], db: database(path[0]) }),
          retryStrategy,
          enableOfflineQueue: false,
          scripts,
        });
  // The failure is seen by whoever asks for something next; without a listener the client writes to the console.
  client.on('error', () => {});
  return client;
}

interface RedisAddress {
  mode: 'single' | 'sentinel' | 'cluster';
  secure: boolean;
  hosts: { host: string; port: number }[];
  path: string[];
  username?: string;
  password?: string;
  sentinelPassword?: string;
}

const FORM = /^redis(s?)(?:\+(sentinel|cluster))?:\/\/(?:([^@/?]*)@)?([^@/?]+)((?:\/[^/?]*)*)(?:\?(.*))?$/;

/** A list of hosts is no URL to `new URL`, so the form is read here. The message never repeats it: it may hold a password. */
export function parseRedisUrl(url: string): RedisAddress {
  const [, tls, mode = 'single', login, hostList = '', path = '', query] = FORM.exec(url) ?? refuse();
  const names = path.split('/').filter(Boolean).map(decodeURIComponent);
  const hosts = hostList.split(',').map((host) => readHost(host, mode === 'sentinel' ? 26379 : 6379));
  if (mode === 'single' && hosts.length !== 1) refuse();
  if (mode === 'sentinel' && !names[0]) refuse();
  const [username, password] = login?.includes(':') ? login.split(/:(.*)/s) : [undefined, login];
  const sentinelPassword = new URLSearchParams(query).get('sentinelPassword');
  return {
    mode: mode === 'sentinel' || mode === 'cluster' ? mode : 'single',
    secure: tls === 's',
    hosts,
    path: names,
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
    ...(sentinelPassword && { sentinelPassword }),
  };
}

function readHost(text: string, defaultPort: number): { host: string; port: number } {
  const [, bracketed, plain, port] =
    /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text.trim()) ?? refuse();
  return { host: bracketed ?? plain ?? refuse(), port: port ? Number(port) : defaultPort };
}

function database(text = '0'): number {
  return /^\d{1,4}$/.test(text) ? Number(text) : refuse();
}

function refuse(): never {
  throw new StoreError(
    'The address of Redis in the settings has none of the forms redis://host:port, ' +
      'redis+sentinel://host:port,host:port/name or redis+cluster://host:port,host:port',
  );
}
