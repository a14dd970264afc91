/**
 * Writes `docs/operations.md`: every operation of the three models with what is there, from the models and the list
 * of operations. `node server/api/document.ts` writes; with `--check` it exits 1 when the file is out of date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { IDENTITY_POOLS, type Model, SYNC, USER_POOLS } from './model/models.ts';
import { userPoolOperations } from './user-pools/index.ts';

const FILE = new URL('../../docs/operations.md', import.meta.url);

const ACCESS = {
  signed: 'signed by an access key',
  public: 'an app client',
  'access-token': "a person's access token",
} as const;

interface Built {
  access: string;
  unconfigured?: true | undefined;
}

function section(title: string, model: Model, built: ReadonlyMap<string, Built>): string[] {
  const names = Object.keys(model.operations).toSorted();
  const there = names.filter((name) => built.has(name));
  const state = (operation: Built | undefined) =>
    operation ? (operation.unconfigured ? 'as unconfigured' : 'yes') : 'not yet';
  const lacking = there.filter((name) => built.get(name)?.unconfigured).length;
  return [
    `## ${title}`,
    '',
    `${there.length} of ${names.length} operations${lacking ? `, ${lacking} of them as unconfigured` : ''}.`,
    '',
    '| Operation | Foyer | Called by |',
    '| --- | --- | --- |',
    ...names.map((name) => `| ${name} | ${state(built.get(name))} | ${built.get(name)?.access ?? ''} |`),
    '',
  ];
}

function page(): string {
  const userPools = new Map(
    userPoolOperations.map(({ name, access, unconfigured }) => [
      name,
      { access: ACCESS[access], unconfigured },
    ]),
  );
  const all = [USER_POOLS, IDENTITY_POOLS, SYNC].flatMap(({ operations }) => Object.keys(operations));
  return [
    '# Operations of the JSON API',
    '',
    '<!-- Written by `npm run docs` from the models of the service and the list of operations. Do not edit. -->',
    '',
    `Foyer answers ${userPools.size} of ${all.length} operations. What is not there yet is answered at once with status 400 and ` +
      '`UnknownOperationException`. Members of an input that an operation knows but Foyer does not honour yet are ' +
      'refused with `InvalidParameterException` when they ask for something. What SDKs send along for features that ' +
      'Foyer lacks changes nothing, and is kept nowhere: `ClientMetadata` and `ValidationData` (triggers), ' +
      '`AnalyticsMetadata`, `UserContextData` and all of `ContextData` but `IpAddress` (threat protection), `DeviceKey`, ' +
      'and the `Session` of `ConfirmSignUp`, since `SignUp` gives none. *As unconfigured* are operations of ' +
      'features that Foyer lacks: they answer as for a pool on which the feature was never set up, since SDKs and tools ' +
      'ask for them on their own.',
    '',
    ...section('User pools', USER_POOLS, userPools),
    ...section('Identity pools', IDENTITY_POOLS, new Map()),
    ...section('Sync', SYNC, new Map()),
  ].join('\n');
}

const current = page();
if (process.argv.includes('--check')) {
  let written = '';
  try {
    written = readFileSync(FILE, 'utf8');
  } catch {
    // Not there at all is out of date too.
  }
  if (written !== current) {
    console.error('docs/operations.md is out of date: run `npm run docs`.');
    process.exitCode = 1;
  }
} else writeFileSync(FILE, current);
