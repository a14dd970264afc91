/** `compose.yaml` as far as it can be read: that its parts fit each other, and Foyer's settings are settings. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { loadSettings } from '../server/settings/load.ts';
import { processSchema } from '../server/settings/process.ts';

interface Service {
  image?: string;
  build?: string;
  environment?: Record<string, string>;
  networks?: string[];
  ports?: string[];
  volumes?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: object;
  read_only?: boolean;
  command?: string[];
  stop_grace_period?: string;
}
interface Compose {
  services: Record<string, Service>;
  networks: Record<string, { internal?: boolean; ipam?: { config: { subnet: string }[] } } | null>;
  volumes: Record<string, null>;
}

const root = join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const text = read('compose.yaml');
const compose = parse(text, { merge: true }) as Compose;
const services = Object.entries(compose.services);
const foyers = services.filter(([name]) => name.startsWith('foyer-'));

const VALUES: Record<string, string> = {
  HOST_NAME: 'id.example.com',
  FOYER_MASTER_SECRET: 'correct-horse-battery-staple-0123456789',
  MONGODB_PASSWORD: 'mongodbpassword',
  REDIS_PASSWORD: 'redispassword',
};
/** `${NAME:?why}` and `${NAME:-default}`, as compose replaces them. */
const filled = (value: string) =>
  value.replaceAll(/\$\{(\w+):([?-])([^}]*)\}/g, (_, name: string, sign: string, rest: string) => {
    if (sign === '-') return VALUES[name] ?? rest;
    return VALUES[name] ?? assert.fail(`${name} is required: ${rest}`);
  });

test('what compose gives to Foyer are settings that it starts with', () => {
  assert.equal(foyers.length, 2);
  for (const [, { environment = {} }] of foyers) {
    for (const name of Object.keys(environment)) assert.ok(name in processSchema.shape, name);
    const settings = loadSettings(
      Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, filled(value)])),
    );
    assert.equal(settings.publicUrl, 'https://id.example.com');
    assert.equal(settings.mode, 'production');
    assert.ok(settings.mongodbUrl?.includes('@mongodb:27017'));
    assert.ok(settings.redisUrl?.endsWith('@redis:6379'));
    assert.deepEqual(
      settings.trustedProxies,
      compose.networks['front']?.ipam?.config.map(({ subnet }) => subnet),
    );
  }
});

test('names that a developer’s Foyer would read from the same .env are its settings, or not FOYER_ at all', () => {
  const names = [...text.matchAll(/\$\{(\w+)/g)].map(([, name = '']) => name);
  assert.ok(names.length > 4);
  for (const name of names) assert.ok(!name.startsWith('FOYER_') || name in processSchema.shape, name);
});

test('images are pinned, services write where they must only, and only the balancer has ports', () => {
  for (const [name, service] of services) {
    assert.match(service.image ?? '', /^[a-z]+:\d+\.\d+\.\d+(-[a-z]+)?$/, name);
    assert.equal(Boolean(service.ports), name === 'caddy', name);
    if (name !== 'mongodb') assert.equal(service.read_only, true, name);
  }
  for (const [, { stop_grace_period }] of foyers)
    assert.ok(Number.parseInt(stop_grace_period ?? '', 10) > 15, 'longer than draining and finishing');
  const version = JSON.parse(read('package.json')).version;
  for (const [, { image }] of foyers) assert.equal(image, `foyer:${version}`);
  assert.equal(foyers.filter(([, { build }]) => build).length, 1);
});

test('stores are reached by Foyer alone, and Foyer waits until they are well', () => {
  assert.equal(compose.networks['back']?.internal, true);
  for (const [name, { networks }] of services) {
    const expected = name === 'caddy' ? ['front'] : name.startsWith('foyer-') ? ['front', 'back'] : ['back'];
    assert.deepEqual(networks, expected, name);
  }
  for (const [, { depends_on = {} }] of foyers)
    for (const [name, { condition }] of Object.entries(depends_on)) {
      assert.equal(condition, 'service_healthy');
      assert.ok(compose.services[name]?.healthcheck, name);
    }
  assert.match(compose.services['redis']?.command?.join(' ') ?? '', /--maxmemory-policy noeviction/);
});

test('volumes and files that are mounted are there', () => {
  for (const [name, { volumes = [] }] of services)
    for (const volume of volumes) {
      const source = volume.split(':')[0] ?? '';
      if (source.startsWith('./')) assert.ok(read(source).length > 0);
      else assert.ok(source in compose.volumes, `${name} mounts ${source}`);
    }
});

test('the balancer asks the Foyers that there are, at their port, whether they are ready', () => {
  const caddyfile = read('deploy/Caddyfile');
  const upstreams = /reverse_proxy \{\$UPSTREAMS:([^}]+)\}/.exec(caddyfile)?.[1]?.split(' ');
  const port = processSchema.shape.FOYER_PORT.parse(undefined);
  assert.deepEqual(
    upstreams,
    foyers.map(([name]) => `${name}:${port}`),
  );
  assert.match(caddyfile, /health_uri \/health\/ready/);
  assert.match(read('Dockerfile'), new RegExp(`^EXPOSE ${port}$`, 'm'));
});
