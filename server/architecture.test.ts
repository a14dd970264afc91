/**
 * Holds the shape that docs/architecture.md draws: which way imports point, the one home of each library, and what a
 * view may not do. It reads the lines of the files and runs none of them. When it refuses a change, either the change
 * goes somewhere else, or the picture is changed first: there, and then in the tables below.
 */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { test } from 'node:test';

/** The rooms of server/ from the top down: each may use itself and those below it. */
const rooms: [name: string, files: RegExp][] = [
  ['main', /^server\/main\.ts$/],
  [
    'serve',
    /^server\/(serve|service|workers|stop|listen|audit-command|metrics|serve-metrics|time-stores|rotate-pool-keys|manage-certificates|back-up|restore)\.ts$|^server\/tracing\//,
  ],
  ['app', /^server\/(app|request|forwarded)\.ts$|^server\/dev\//],
  ['rehearsal', /^server\/rehearsal\.ts$/],
  ['pools', /^server\/pools\//],
  ['routes', /^server\/routes\.ts$/],
  ['pool-file', /^server\/(pool-file|admin)\//],
  ['api', /^server\/api\//],
  ['flow', /^server\/flow\//],
  ['oidc', /^server\/oidc\//],
  ['tokens', /^server\/tokens\//],
  ['imports', /^server\/imports\//],
  ['accounts', /^server\/accounts\//],
  ['configuration', /^server\/configuration\//],
  ['messages', /^server\/messages\//],
  ['triggers', /^server\/triggers\//],
  ['tls', /^server\/tls\//],
  [
    'floor',
    /^server\/(settings\/|(attribute-permissions|audit|audit-entry|browser-cookie|clock|errors|log|pool|vault|views)\.ts$)/,
  ],
];

/** What no file may use, its tests neither: `<file> -> <what it imports>`. */
const borders: [crossing: RegExp, why: string][] = [
  [/^(adapters|federation)\/.* -> (server|e2e|scripts)\//, 'adapters and federation know nothing of server'],
  [/^adapters\/.* -> federation\//, 'adapters and federation do not know each other'],
  [/^federation\/.* -> adapters\//, 'adapters and federation do not know each other'],
  [/^server\/.* -> (e2e|scripts)\//, 'the product uses nothing of its stories and scripts'],
];

/** What is below, or beside, and out of reach all the same. */
const walls: [crossing: RegExp, why: string][] = [
  [/^server\/(api|pool-file|admin)\/.* -> server\/flow\//, 'flow and api never meet'],
  [/^server\/flow\/.* -> server\/oidc\/(?!interaction\.ts)/, 'flow uses only interaction.ts of oidc'],
  [/^server\/api\/.* -> server\/oidc\//, 'api uses nothing of oidc'],
  [/^server\/flow\/steps\/(?!index\.ts).* -> server\/flow\/steps\//, 'a step never uses another step'],
  [/^server\/accounts\/.* -> server\/configuration\//, 'accounts and configuration do not know each other'],
  [
    /^(?!adapters\/backup\.ts|server\/(main|service|rotate-pool-keys|manage-certificates|back-up|restore)\.ts).* -> adapters\/(backup|(\w+\/)?open)\.ts$/,
    'only what starts opens adapters',
  ],
  [
    /^server\/.* -> adapters\/\w+\/(sqlite|mongo|redis|smtp|outbox|webhook)/,
    'only open.ts picks implementations',
  ],
  [
    /^adapters\/(\w+)\/.* -> adapters\/(?!\1\/|databases\/)\w+\/(?!store\.)/,
    'a door does not use another door',
  ],
];

/** The one home of each library. Types may be used anywhere. */
const homes: [library: RegExp, home: RegExp][] = [
  [/^oidc-provider$/, /^server\/oidc\//],
  [/^(koa|@koa\/|koa-)/, /^server\/((app|routes|flow\/mount|admin\/mount)\.ts|pools\/|dev\/)/],
  [/^ejs$/, /^server\/views\.ts$/],
  [/^pino$/, /^server\/log\.ts$/],
  [/^yaml$/, /^server\/pool-file(\/read)?\.ts$/],
  [/^(@node-rs\/argon2|bcrypt)$/, /^server\/accounts\/password\.ts$/],
  [/^(node:sqlite)$/, /^adapters\/([\w-]+\/)?sqlite[\w-]*\.ts$/],
  [/^mongodb$/, /^adapters\/([\w-]+\/)?mongo[\w-]*\.ts$/],
  [/^ioredis$/, /^adapters\/([\w-]+\/)?redis[\w-]*\.ts$/],
  [/^nodemailer$/, /^adapters\/mail\/smtp\.ts$/],
  [/^prom-client$/, /^server\/metrics\.ts$/],
  [/^@opentelemetry\//, /^server\/tracing\//],
  [/^node-forge$/, /^server\/tls\/authority\.ts$/],
  [/^@node-saml\//, /^federation\/saml\/verify-signature\.ts$/],
  [/^openid-client$/, /^federation\/oidc\//],
];

const importLine =
  /^(?:import|export)\s+(?!type\b)[^;'"]*?from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm;

const roomOf = (path: string) => rooms.findIndex(([, files]) => files.test(path));

/** Why this file may not import what it imports. Tests are bound by the borders only. */
function importFaults(file: string, text: string): string[] {
  const isTest = /\.test\.ts$|(^|\/)contract[\w-]*\.ts$|\/testing\//.test(file);
  const faults: string[] = [];
  for (const match of text.matchAll(importLine)) {
    const name = match[1] ?? match[2] ?? match[3] ?? '';
    const target = name.startsWith('#')
      ? name.slice(1)
      : name.startsWith('.')
        ? join(dirname(file), name)
        : '';
    const refuse = (why: string) => faults.push(`${file} imports ${name}: ${why}`);
    if (!target) {
      if (!isTest && homes.some(([library, home]) => library.test(name) && !home.test(file)))
        refuse('not its home');
      continue;
    }
    for (const [crossing, why] of isTest ? borders : [...borders, ...walls]) {
      if (crossing.test(`${file} -> ${target}`)) refuse(why);
    }
    if (isTest || !file.startsWith('server/')) continue;
    const [own, other] = [roomOf(file), roomOf(target)];
    const floor = rooms.length - 1;
    if (own === -1) refuse('this file has no room in server/; give it one in architecture.test.ts');
    else if (target.startsWith('server/') && other === -1) refuse('the other file has no room in server/');
    else if (target.startsWith('server/') && own > other)
      refuse(`${rooms[own]?.[0]} is below ${rooms[other]?.[0]}`);
    else if (own === floor && /^(adapters|federation)\//.test(target))
      refuse('the floor imports only types from there');
  }
  return faults;
}

/** What a view may not do: print unescaped, run inline script, carry inline style (mail has no other kind of style). */
function viewFaults(file: string, text: string): string[] {
  const refused: [RegExp, string][] = [
    [/<%-(?!\s*include\()/, 'unescaped output'],
    [/<script\b(?![^>]*\ssrc=)/i, 'inline script'],
    [/<[^>]*\son[a-z]+\s*=/i, 'an inline event handler'],
    [/\bjavascript:/i, 'an address that is script'],
  ];
  if (!file.startsWith('views/emails/')) refused.push([/<[^>]*\sstyle\s*=/i, 'an inline style']);
  // Template tags hold > and would end an element early.
  const markup = text.replaceAll(/<%(?!-)[^%]*%>/g, '');
  return refused
    .filter(([pattern], index) => pattern.test(index === 0 ? text : markup))
    .map(([, what]) => `${file} has ${what}`);
}

const read = (pattern: string) =>
  globSync(pattern).map((file): [string, string] => [file.replaceAll('\\', '/'), readFileSync(file, 'utf8')]);

test('imports point the way that is drawn, and every library stays in its home', () => {
  const files = read('{server,adapters,federation}/**/*.ts');
  assert.ok(files.length > 50);
  assert.deepEqual(
    files.flatMap(([file, text]) => importFaults(file, text)),
    [],
  );
});

test('what watches is loaded only where a setting asks for it', () => {
  const statically = /^(?:import|export)\s+(?!type\b)[^;'"]*?from\s+'[^']*\/(metrics|open-tracing)\.ts'/m;
  const files = read('server/**/*.ts').filter(([file]) => !file.endsWith('.test.ts'));
  const loading = files.filter(([, text]) => /\bimport\('[^']*\/(metrics|open-tracing)\.ts'\)/.test(text));
  assert.deepEqual(loading.map(([file]) => file).toSorted(), ['server/serve.ts', 'server/workers.ts']);
  assert.deepEqual(
    files.filter(([, text]) => statically.test(text)).map(([file]) => file),
    [],
  );
});

test('views print nothing unescaped and hold no inline script or style', () => {
  assert.deepEqual(
    read('views/**/*.ejs').flatMap(([file, text]) => viewFaults(file, text)),
    [],
  );
});

test('no folder is a drawer for whatever has no home', () => {
  const drawers = globSync(
    '{server,adapters,federation,e2e,scripts,views,public}/**/{utils,helpers,common,lib}',
  );
  assert.deepEqual(drawers, []);
});

const wrong: [file: string, text: string][] = [
  ['adapters/mail/smtp.ts', `import { a } from '../../server/log.ts';`],
  ['adapters/mail/a.ts', `import { a } from '#federation/a.ts';`],
  ['federation/a.ts', `import { a } from '#adapters/errors.ts';`],
  ['server/app.ts', `import {\n  a,\n  type B,\n} from './main.ts';`],
  ['server/accounts/a.ts', `export { a } from '../api/errors.ts';`],
  ['server/accounts/a.ts', `import { a } from '../configuration/a.ts';`],
  ['server/configuration/a.ts', `import '../accounts/a.ts';`],
  ['server/api/a.ts', `import { a } from '../flow/a.ts';`],
  ['server/flow/a.ts', `import { a } from '../oidc/provider.ts';`],
  ['server/flow/steps/a.ts', `import { b } from './b.ts';`],
  ['server/pools/open.ts', `const a = await import('#adapters/sessions/redis.ts');`],
  ['server/pools/open.ts', `import { openStores } from '#adapters/open.ts';`],
  ['server/errors.ts', `import { AlreadyExists } from '#adapters/errors.ts';`],
  ['adapters/accounts/mongo.ts', `import { a } from '../directory/mongo.ts';`],
  ['server/drawer.ts', `import { a } from './log.ts';`],
  ['server/accounts/a.ts', `import Koa from 'koa';`],
  ['server/tokens/a.ts', `import { errors } from 'oidc-provider';`],
  ['adapters/sessions/mongo.ts', `import { Redis } from 'ioredis';`],
  ['server/accounts/a.ts', `import { Counter } from 'prom-client';`],
];
const right: [file: string, text: string][] = [
  ['server/pool.ts', `import type { AccountStore } from '#adapters/accounts/store.ts';`],
  [
    'server/accounts/a.ts',
    `import type { Context } from 'koa';\nimport { AlreadyExists } from '#adapters/errors.ts';`,
  ],
  ['server/flow/a.ts', `import { a } from '../oidc/interaction.ts';`],
  ['adapters/open.ts', `import { a } from './sessions/redis.ts';`],
  ['adapters/sessions/redis.ts', `import { Redis } from 'ioredis';\nimport { a } from './redis-scripts.ts';`],
  ['server/accounts/a.test.ts', `import { a } from '#adapters/accounts/sqlite.ts';`],
];
test('the rules above refuse what they are meant to refuse, and nothing else', () => {
  for (const [file, text] of wrong) assert.equal(importFaults(file, text).length, 1, `${file}: ${text}`);
  for (const [file, text] of right) assert.deepEqual(importFaults(file, text), []);
  const views = [
    '<p><%- name %></p>',
    '<script>go()</script>',
    '<p <% if (a > b) { %>class="x"<% } %> onclick="go()">',
    '<a href="javascript:go()">',
    '<p style="color: red">',
  ];
  for (const view of views) assert.equal(viewFaults('views/pages/a.ejs', view).length, 1, view);
  const good = `<%- include('partials/head') %><script src="/a.js" defer></script><p class="on"><%= name %></p>`;
  assert.deepEqual(viewFaults('views/pages/a.ejs', good), []);
});
