import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { stringify } from 'yaml';
import { anyText, fc, textOf } from '#adapters/testing/fuzz.ts';
import { InvalidPoolFile, readPoolFile } from './read.ts';
import { type PoolFile, poolFileSchema } from './schema.ts';

const folder = mkdtempSync(join(tmpdir(), 'foyer-fuzz-'));
after(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'pool.yaml');

function read(text: string): PoolFile | InvalidPoolFile {
  writeFileSync(path, text);
  try {
    return readPoolFile(path);
  } catch (error) {
    if (error instanceof InvalidPoolFile) return error;
    throw error;
  }
}

const text = anyText(12).map((text) => text.toWellFormed());
const members = fc.dictionary(
  fc.oneof(fc.constantFrom('PoolName', 'Schema', '__proto__', '<<'), text),
  fc.jsonValue({ maxDepth: 2 }),
  { maxKeys: 3 },
);
const openId = fc.record(
  {
    features: fc.subarray(['par', 'dpop', 'device']),
    jwks_uri: fc.constant('https://app.test/jwks?a=b'),
    default_max_age: fc.nat(),
    consent: fc.boolean(),
    client_name: fc.constantFrom('App', '世界', 'a: b # c'),
  },
  { requiredKeys: [], noNullPrototype: true },
);
const pools = fc.array(
  fc.record(
    {
      id: fc.stringMatching(/^[a-z]{2}-[a-z]{4}-\d_[0-9a-zA-Z]{1,12}$/),
      settings: members,
      domain: text,
      resourceServers: fc.array(members, { maxLength: 2 }),
      clients: fc.array(
        fc.record(
          { id: text, secret: text.map((secret) => `x${secret}`), settings: members, OpenId: openId },
          { requiredKeys: ['settings'], noNullPrototype: true },
        ),
        { maxLength: 2 },
      ),
      users: fc.array(
        fc.record({ username: text, password: text, attributes: fc.dictionary(text, text, { maxKeys: 2 }) }),
        { maxLength: 2 },
      ),
    },
    { noNullPrototype: true },
  ),
  { minLength: 1, maxLength: 2 },
);

test('what was written as JSON or YAML is what is read', () => {
  fc.assert(
    fc.property(pools, (pools) => {
      // Through JSON, which knows no -0 and no undefined.
      const file = JSON.parse(JSON.stringify({ pools }));
      const expected = poolFileSchema.parse(file);
      assert.deepEqual(read(JSON.stringify(file)), expected);
      assert.deepEqual(read(stringify(file)), expected);
    }),
  );
});

test('whatever stands in the file, it is read or refused with every fault named', () => {
  const near = textOf(
    [
      ...[
        'pools:',
        '\n',
        '\n  ',
        '- ',
        ': ',
        '{',
        '}',
        '[',
        ']',
        ',',
        '"',
        "'",
        '#',
        '|',
        '>',
        '&a ',
        '*a',
        '<<: ',
        '? ',
      ],
      ...[
        '!!binary ',
        '!!set ',
        '!!js/function ',
        '!<x>',
        '---',
        '...',
        '%YAML 1.1',
        '\t',
        '.nan',
        '1e999',
        '0x',
        'null',
      ],
      ...[
        'settings: {}',
        'id: x',
        'domain: demo',
        'setings: {}',
        '__proto__: {}',
        'constructor: 1',
        '2026-11-05',
      ],
    ],
    20,
  );
  fc.assert(
    fc.property(
      fc.oneof(
        near,
        near.map((text) => `pools:\n  - settings: {}\n${text}`),
        anyText(),
      ),
      (text) => {
        const file = read(text);
        if (!(file instanceof InvalidPoolFile)) return assert.ok(file.pools.length > 0);
        assert.ok(file.faults.length > 0 && file.faults.every((fault) => fault !== ''));
      },
    ),
  );
});

test('a file that is nested without end is refused, in whatever form', () => {
  for (const [open, close] of [
    ['[', ']'],
    ['{"a":', '}'],
    ['- ', ''],
    ['? ', ''],
  ] as const) {
    const deep = read(`pools: [{ settings: { a: ${open.repeat(20_000)}${close.repeat(20_000)} } }]`);
    assert.ok(deep instanceof InvalidPoolFile, open);
  }
});
