import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClientSettings, PoolSettings, SchemaAttribute } from '#adapters/directory/records.ts';
import { readableAttributes, writableAttributes } from './attribute-permissions.ts';

const attribute = (Name: string, more: Partial<SchemaAttribute> = {}): SchemaAttribute => ({
  Name,
  AttributeDataType: 'String',
  DeveloperOnlyAttribute: false,
  Mutable: true,
  Required: false,
  ...more,
});
const pool = {
  settings: {
    SchemaAttributes: [
      attribute('sub', { Required: true, Mutable: false }),
      attribute('email', { Required: true }),
      attribute('email_verified'),
      attribute('nickname'),
      attribute('custom:old'),
      attribute('custom:new'),
      attribute('dev:custom:badge', { DeveloperOnlyAttribute: true }),
    ],
  } as PoolSettings,
};
const client = (settings: Partial<ClientSettings>) => ({
  settings: { defaultAttributes: ['custom:old', 'dev:custom:badge'], ...settings } as ClientSettings,
});
const all = pool.settings.SchemaAttributes.map(({ Name }) => Name);

test('HUI-15 USR-214 USR-215 without lists: standard attributes and the custom ones of the first day', () => {
  for (const settings of [{}, { ReadAttributes: [], WriteAttributes: [] }]) {
    assert.deepEqual(all.filter(readableAttributes(pool, client(settings))), [
      'sub',
      'email',
      'email_verified',
      'nickname',
      'custom:old',
      'dev:custom:badge',
    ]);
    assert.deepEqual(all.filter(writableAttributes(pool, client(settings))), [
      'email',
      'nickname',
      'custom:old',
    ]);
  }
});

test('a list means exactly that list, beside sub to read and the required ones to write', () => {
  const chosen = client({ ReadAttributes: ['custom:new'], WriteAttributes: ['custom:new'] });
  assert.deepEqual(all.filter(readableAttributes(pool, chosen)), ['sub', 'custom:new']);
  assert.deepEqual(all.filter(writableAttributes(pool, chosen)), ['email', 'custom:new']);
});

test('no list makes system and developer-only attributes writable, and unknown names are neither', () => {
  const greedy = client({ WriteAttributes: ['sub', 'email_verified', 'dev:custom:badge', 'email'] });
  assert.deepEqual(all.filter(writableAttributes(pool, greedy)), ['email']);
  assert.equal(readableAttributes(pool, client({}))('__proto__'), false);
  assert.equal(writableAttributes(pool, client({}))('toString'), false);
});
