import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreError } from '../errors.ts';
import { parseRedisUrl } from './redis-connect.ts';

const single = { mode: 'single', secure: false, path: [] };

test('one server: host, port, database, user and password', () => {
  assert.deepEqual(parseRedisUrl('redis://localhost'), {
    ...single,
    hosts: [{ host: 'localhost', port: 6379 }],
  });
  assert.deepEqual(parseRedisUrl('rediss://foyer:p%40ss:word%2F@10.0.0.1:7000/3'), {
    mode: 'single',
    secure: true,
    hosts: [{ host: '10.0.0.1', port: 7000 }],
    path: ['3'],
    username: 'foyer',
    password: 'p@ss:word/',
  });
  assert.deepEqual(parseRedisUrl('redis://:only@[::1]:6380/'), {
    ...single,
    hosts: [{ host: '::1', port: 6380 }],
    password: 'only',
  });
});

test('Sentinel: hosts, the name of the primary, a password of its own', () => {
  assert.deepEqual(parseRedisUrl('redis+sentinel://u:p@h1,h2:26380/main/2?sentinelPassword=s%26'), {
    mode: 'sentinel',
    secure: false,
    hosts: [
      { host: 'h1', port: 26379 },
      { host: 'h2', port: 26380 },
    ],
    path: ['main', '2'],
    username: 'u',
    password: 'p',
    sentinelPassword: 's&',
  });
});

test('Cluster: hosts, with TLS or without', () => {
  const hosts = [
    { host: 'h1', port: 7001 },
    { host: 'h2', port: 6379 },
  ];
  assert.deepEqual(parseRedisUrl('redis+cluster://h1:7001,h2'), {
    mode: 'cluster',
    secure: false,
    hosts,
    path: [],
  });
  assert.equal(parseRedisUrl('rediss+cluster://h1:7001').secure, true);
});

test('any other form is refused, and a password in it is not repeated', () => {
  const wrong = [
    '',
    'redis://',
    'http://localhost',
    'redis://h1,h2',
    'redis+sentinel://h1:26379',
    'redis+other://h1',
    'redis://user:hunter2@host:port',
    'redis://user:hunter2@host:123456',
  ];
  for (const url of wrong) {
    assert.throws(
      () => parseRedisUrl(url),
      (error) => {
        assert.ok(error instanceof StoreError, url);
        assert.doesNotMatch(error.message, /hunter2/);
        return true;
      },
    );
  }
});
