import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { InvalidSettings, loadSettings } from './load.ts';

const production = {
  FOYER_MASTER_SECRET: 'correct-horse-battery-staple-0123456789',
  FOYER_PUBLIC_URL: 'https://id.example.com/',
};

function faultsOf(environment: Record<string, string>): string[] {
  try {
    loadSettings(environment);
  } catch (error) {
    assert.ok(error instanceof InvalidSettings);
    return error.faults;
  }
  assert.fail('the settings were accepted');
}

test('production settings have their defaults and a public address without a trailing slash', () => {
  const settings = loadSettings(production);
  assert.equal(settings.publicUrl, 'https://id.example.com');
  assert.equal(settings.port, 9400);
  assert.equal(settings.host, '0.0.0.0');
  assert.deepEqual(settings.trustedProxies, []);
});

test('every fault is named at once, an unknown name with the nearest known one', () => {
  const faults = faultsOf({ ...production, FOYER_PORT: 'many', FOYER_REGION: 'here', FOYER_PUBLIC_ULR: 'x' });
  assert.equal(faults.length, 3, faults.join('\n'));
  assert.ok(faults.some((fault) => fault.startsWith('FOYER_PORT')));
  assert.ok(faults.some((fault) => fault.startsWith('FOYER_REGION')));
  assert.ok(faults.some((fault) => fault.includes('Did you mean FOYER_PUBLIC_URL?')));
});

test('production refuses to start without a master secret, with a weak one, or on a database in memory', () => {
  assert.match(faultsOf({ FOYER_PUBLIC_URL: 'https://x.example' }).join(), /FOYER_MASTER_SECRET is required/);
  assert.match(faultsOf({ ...production, FOYER_MASTER_SECRET: 'a'.repeat(40) }).join(), /too uniform/);
  assert.match(faultsOf({ ...production, FOYER_DATA_FOLDER: ':memory:' }).join(), /forgets everyone/);
});

test('HUI-07 production refuses a public address without TLS, except on loopback', () => {
  assert.match(faultsOf({ ...production, FOYER_PUBLIC_URL: 'http://id.example.com' }).join(), /https/);
  assert.ok(loadSettings({ ...production, FOYER_PUBLIC_URL: 'http://localhost:9400' }));
});

test('a public address with a path is refused, since issuers and pages lie at its root', () => {
  for (const address of [
    'https://id.example.com/base',
    'https://id.example.com/?a=1',
    'https://id.example.com#x',
  ])
    assert.match(
      faultsOf({ ...production, FOYER_PUBLIC_URL: address }).join(),
      /FOYER_PUBLIC_URL.*without a path/,
    );
});

test('a fault never repeats the value of a secret', () => {
  const faults = faultsOf({
    ...production,
    FOYER_MASTER_SECRET: 'short-secret',
    FOYER_ACCESS_KEYS: 'nosecret',
    FOYER_REDIS_URL: 'http://user:hunter2@host',
    FOYER_MONGODB_URL: 'mongodb://user:hunter2',
    FOYER_SMTP_URL: 'http://user:hunter2@host',
  });
  assert.ok(!faults.join().includes('short-secret'));
  assert.ok(!faults.join().includes('nosecret'));
  assert.ok(!faults.join().includes('hunter2'));
});

test('addresses of databases may name several servers', () => {
  const mongodb = 'mongodb://u:p@h1:27017,h2:27017/?replicaSet=rs';
  for (const redis of [
    'redis+sentinel://h1:26379,h2/main/2',
    'rediss+cluster://h1:7001,h2:7002',
    'redis://h',
  ]) {
    const settings = loadSettings({ ...production, FOYER_REDIS_URL: redis, FOYER_MONGODB_URL: mongodb });
    assert.equal(settings.redisUrl, redis);
    assert.equal(settings.mongodbUrl, mongodb);
  }
  for (const wrong of ['h1:6379', 'redis:/h', 'redis+other://h', 'http://h', 'redis://', 'redis://h 1']) {
    assert.match(faultsOf({ ...production, FOYER_REDIS_URL: wrong }).join(), /^FOYER_REDIS_URL/);
  }
});

test('production drains before it stops and may have workers; development does neither', () => {
  const settings = loadSettings({ ...production, FOYER_WORKERS: '4' });
  assert.deepEqual([settings.workers, settings.drainSeconds], [4, 5]);
  assert.equal(loadSettings({ ...production, FOYER_DRAIN_SECONDS: '0' }).drainSeconds, 0);
  const development = { FOYER_MODE: 'development', FOYER_DATA_FOLDER: ':memory:' };
  assert.equal(loadSettings(development).drainSeconds, 0);
  assert.match(faultsOf({ ...development, FOYER_WORKERS: '2' }).join(), /FOYER_WORKERS must be 1/);
});

test('TLS: a pair of files, or one that development makes; the public address is https then', () => {
  const files = { FOYER_TLS_CERTIFICATE: '/c.pem', FOYER_TLS_KEY: '/k.pem' };
  const settings = loadSettings({ ...production, ...files, FOYER_PORT: '443', FOYER_PLAIN_PORT: '80' });
  assert.deepEqual(settings.tls, { certificate: '/c.pem', key: '/k.pem' });
  assert.equal(settings.plainPort, 80);
  assert.equal(settings.aliasHost, 'id.example.com');
  assert.equal(
    loadSettings({ ...production, FOYER_ALIAS_HOST: 'lb.example.com' }).aliasHost,
    'lb.example.com',
  );
  const folder = mkdtempSync(join(tmpdir(), 'foyer-'));
  const development = { FOYER_MODE: 'development', FOYER_DATA_FOLDER: folder };
  const made = loadSettings({ ...development, FOYER_TLS: 'self-signed', FOYER_PORT: '9443' });
  assert.deepEqual([made.tls, made.publicUrl], ['self-signed', 'https://localhost:9443']);
  assert.equal(loadSettings(development).tls, undefined);

  const wrong: [Record<string, string>, RegExp][] = [
    [{ ...production, FOYER_TLS_KEY: '/k.pem' }, /belong together/],
    [{ ...production, FOYER_TLS_CERTIFICATE: '/c.pem' }, /belong together/],
    [{ ...production, FOYER_TLS: 'self-signed' }, /is for development/],
    [{ ...production, FOYER_TLS: 'on' }, /^FOYER_TLS: /],
    [{ ...development, ...files, FOYER_TLS: 'self-signed' }, /leave out/],
    [{ ...development, ...files, FOYER_PUBLIC_URL: 'http://localhost:9400' }, /must begin with https/],
    [{ ...development, FOYER_TLS: 'self-signed', FOYER_DATA_FOLDER: ':memory:' }, /needs a folder/],
    [{ ...production, FOYER_PLAIN_PORT: '80' }, /beside TLS/],
    [{ ...production, ...files, FOYER_PLAIN_PORT: '9400' }, /another port/],
  ];
  for (const [environment, fault] of wrong) assert.match(faultsOf(environment).join('\n'), fault);
});

test('development makes secrets once and finds them again', () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'foyer-')), 'data');
  const first = loadSettings({ FOYER_MODE: 'development', FOYER_DATA_FOLDER: folder });
  const second = loadSettings({ FOYER_MODE: 'development', FOYER_DATA_FOLDER: folder });
  assert.ok(first.masterSecret.length >= 32);
  assert.equal(first.accessKeys.size, 1);
  assert.deepEqual(second, first);
});

test('empty variables count as not given', () => {
  assert.equal(loadSettings({ ...production, FOYER_SMTP_URL: '' }).smtpUrl, undefined);
});

test('metrics are off without a port, listen on the machine itself, and never on a public port', () => {
  const { metricsPort, metricsHost } = loadSettings(production);
  assert.deepEqual([metricsPort, metricsHost], [undefined, '127.0.0.1']);
  assert.match(faultsOf({ ...production, FOYER_METRICS_PORT: '9400' }).join(), /FOYER_METRICS_PORT must be/);
});

test('traces are sent where OpenTelemetry’s own variables name a collector', () => {
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };
  const sent: [Record<string, string>, boolean][] = [
    [{}, false],
    [{ OTEL_SERVICE_NAME: 'front-door' }, false],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: '' }, false],
    [endpoint, true],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://collector/v1/traces' }, true],
    [{ ...endpoint, OTEL_SDK_DISABLED: 'true' }, false],
    [{ ...endpoint, OTEL_TRACES_EXPORTER: 'none' }, false],
    [{ ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_SDK_DISABLED: 'true' }, false],
    [
      {
        ...endpoint,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
        OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json',
      },
      true,
    ],
  ];
  for (const [environment, traces] of sent)
    assert.equal(loadSettings({ ...production, ...environment }).traces, traces, JSON.stringify(environment));
});

test('a collector that no trace could reach is a fault, and its address is not repeated', () => {
  const wrong: [Record<string, string>, RegExp][] = [
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'user:pass-word@collector' },
      /^OTEL_EXPORTER_OTLP_ENDPOINT: is not an address/,
    ],
    [
      {
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://user:pass-word@collector:4317',
        OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      },
      /^OTEL_EXPORTER_OTLP_PROTOCOL: Foyer sends traces as http\/json/,
    ],
  ];
  for (const [environment, fault] of wrong) {
    const [told = '', ...more] = faultsOf({ ...production, ...environment });
    assert.match(told, fault);
    assert.doesNotMatch(told, /pass-word/);
    assert.deepEqual(more, []);
  }
});

test('a gateway for text messages has an address and a secret, or there is none', () => {
  const sms = {
    FOYER_SMS_URL: 'https://sms.example.com/send',
    FOYER_SMS_SECRET: 'a-secret-of-24-characters',
  };
  assert.deepEqual(loadSettings({ ...production, ...sms }).sms, {
    url: 'https://sms.example.com/send',
    secret: 'a-secret-of-24-characters',
  });
  assert.equal(loadSettings(production).sms, undefined);
  for (const name of ['FOYER_SMS_URL', 'FOYER_SMS_SECRET'])
    assert.throws(() => loadSettings({ ...production, ...sms, [name]: '' }), /belong together/);
  assert.throws(() => loadSettings({ ...production, ...sms, FOYER_SMS_SECRET: 'short' }), /at least 24/);
  assert.throws(
    () => loadSettings({ ...production, ...sms, FOYER_SMS_URL: 'ftp://user:hunter2@x' }),
    (error: Error) => {
      assert.match(error.message, /FOYER_SMS_URL/);
      assert.doesNotMatch(error.message, /hunter2/);
      return true;
    },
  );
});

test('mail servers of single senders are read by address or domain, and no fault repeats their passwords', () => {
  const read = (value: string) =>
    loadSettings({ ...production, FOYER_SMTP_IDENTITIES: value }).smtpIdentities;
  assert.deepEqual(
    [...read('Shop.Example=smtps://user:p=w@mail.shop.example, hello@other.example=smtp://10.0.0.1:587')],
    [
      ['shop.example', 'smtps://user:p=w@mail.shop.example'],
      ['hello@other.example', 'smtp://10.0.0.1:587'],
    ],
  );
  assert.equal(read('').size, 0);
  for (const wrong of ['shop.example', 'smtps://user:hunter2@host', 'shop.example=http://user:hunter2@host'])
    assert.throws(
      () => read(wrong),
      (error: Error) => {
        assert.match(error.message, /FOYER_SMTP_IDENTITIES/);
        assert.doesNotMatch(error.message, /hunter2/);
        return true;
      },
    );
});

test('the messages of a day are not limited unless somebody says so', () => {
  assert.deepEqual(loadSettings(production).dailyLimits, { EMAIL: 0, SMS: 0 });
  const limited = { ...production, FOYER_LIMIT_MAILS_PER_DAY: '50', FOYER_LIMIT_SMS_PER_DAY: '20' };
  assert.deepEqual(loadSettings(limited).dailyLimits, { EMAIL: 50, SMS: 20 });
});
