import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { HIDDEN } from '../../log.ts';
import { compileHide } from './hide.ts';
import { type Shape, shapeOf, USER_POOLS } from './models.ts';

interface Leaf {
  /** The names of the members on the way. */
  path: string[];
  shapes: string[];
  sensitive: boolean;
  text: string;
}

/** A value of the shape, with a text of its own at every place that takes one. */
function filled(
  reference: string | { shape: string },
  leaves: Leaf[],
  at: Pick<Leaf, 'path' | 'shapes' | 'sensitive'>,
): unknown {
  const shape: Shape = shapeOf(USER_POOLS, reference);
  const name = typeof reference === 'string' ? reference : reference.shape;
  const here = {
    ...at,
    shapes: [...at.shapes, name],
    sensitive: at.sensitive || (shape.sensitive ?? false),
  };
  switch (shape.type) {
    case 'structure':
      return Object.fromEntries(
        Object.entries(shape.members ?? {}).map(([member, of]) => [
          member,
          filled(of, leaves, { ...here, path: [...here.path, member] }),
        ]),
      );
    case 'list':
      return [filled(shape.member ?? '', leaves, here)];
    case 'map':
      return { key: filled(shape.value ?? '', leaves, here) };
    case 'boolean':
      return true;
    case 'timestamp':
      return new Date(0);
    case 'integer':
    case 'long':
    case 'double':
      return 1;
    default: {
      const text = `text-${String(leaves.length).padStart(4, '0')}`;
      leaves.push({ ...here, text });
      return text;
    }
  }
}

/** By its name alone somebody would take it for a secret, or for what is known of a person. */
const SECRET_NAME =
  /(password|secret|token|code|session|secrethash|verifier|salt|credential|presignedurl|username|filter|value|parameters|responses|metadata|contextdata|encodeddata)$/i;

/** Names that sound so and are not: kinds and units, ids, texts of templates, names of things. */
const HARMLESS: RegExp[] = [
  /TokenValidityUnits\./,
  /RevokeAssociatedSessions/,
  /AnalyticsMetadata/,
  /NewDeviceMetadata/,
  /FeedbackValue$/,
  /AcrValue$/,
  /EventFilter$/,
  /^AuthEvents\.ChallengeResponses\./,
  /TagValue|Tags\b/,
  /\b(MinValue|MaxValue|MinLength|MaxLength)$/,
];

const operations = Object.entries(USER_POOLS.operations);

describe('OPS-144 of every operation nothing secret is shown', () => {
  for (const [operation, { input, output }] of operations)
    test(`OPS-144 ${operation}`, () => {
      for (const shapeName of [input, output]) {
        if (!shapeName) continue;
        const leaves: Leaf[] = [];
        const value = filled(shapeName, leaves, { path: [], shapes: [], sensitive: false });
        const hider = compileHide(USER_POOLS, shapeName);
        const shown = JSON.stringify(hider.show(value));
        const all = leaves.map(({ text }) => text).join(' ');
        const cleaned = hider.clean(`It was ${all}.`, value);
        for (const { path, shapes, sensitive, text } of leaves) {
          const named = path.join('.');
          const secret =
            sensitive ||
            (path.some((member) => SECRET_NAME.test(member)) && !HARMLESS.some((known) => known.test(named)));
          if (!secret) continue;
          assert.ok(!shown.includes(text), `${operation}: ${named} (${shapes.at(-1)}) is shown`);
          assert.ok(!cleaned.includes(text), `${operation}: ${named} is in a message`);
        }
      }
    });
});

test('settings, ids and names of things are shown, in small first letters; secrets in their places', () => {
  const { show } = compileHide(USER_POOLS, 'AdminCreateUserRequest');
  const given = {
    UserPoolId: 'eu-central-1_Abc',
    Username: 'maria',
    UserAttributes: [{ Name: 'email', Value: 'maria@example.com' }],
    TemporaryPassword: 'Secret-12345',
    DesiredDeliveryMediums: ['EMAIL'],
    ForceAliasCreation: false,
    ClientMetadata: { note: 'anything' },
    MadeUp: 'Secret-12345',
  };
  assert.deepEqual(show(given), {
    userPoolId: 'eu-central-1_Abc',
    username: HIDDEN,
    userAttributes: [{ name: 'email', value: HIDDEN }],
    temporaryPassword: HIDDEN,
    desiredDeliveryMediums: ['EMAIL'],
    forceAliasCreation: false,
    clientMetadata: HIDDEN,
  });
});

test('what has the wrong type is hidden, what is long is cut, and keys of maps stay as they are', () => {
  const { show } = compileHide(USER_POOLS, 'CreateUserPoolRequest');
  assert.deepEqual(
    show({
      PoolName: { Password: 'Secret-12345' },
      MfaConfiguration: null,
      UsernameAttributes: 'Secret-12345',
      UserPoolTags: { CostCenter: 'a', ['K'.repeat(2000)]: 'V'.repeat(2000) },
      AdminCreateUserConfig: { UnusedAccountValidityDays: 'Secret-12345' },
    }),
    {
      poolName: HIDDEN,
      usernameAttributes: HIDDEN,
      userPoolTags: { CostCenter: 'a', [`${'K'.repeat(1000)}...`]: `${'V'.repeat(1000)}...` },
      adminCreateUserConfig: { unusedAccountValidityDays: HIDDEN },
    },
  );
  for (const odd of [null, 'text', 5, [1], new Date(0)]) assert.equal(show(odd), HIDDEN);
});

test('a message is told without what was hidden, also when it repeats only the beginning', () => {
  const { clean } = compileHide(USER_POOLS, 'AdminSetUserPasswordRequest');
  const given = {
    UserPoolId: 'eu-central-1_Abc',
    Username: 'maria',
    Password: `${'x'.repeat(50)}end`,
    More: ['y1y2'],
  };
  assert.equal(
    clean('maria and y1y2 are not eu-central-1_Abc', given),
    `${HIDDEN} and ${HIDDEN} are not eu-central-1_Abc`,
  );
  assert.equal(clean(`Value '${'x'.repeat(40)}...' is wrong`, given), HIDDEN);
  let deep: unknown = 'Secret-12345';
  for (let level = 0; level < 50_000; level++) deep = [deep];
  assert.equal(clean('as it was', { Password: deep }), 'as it was');
});
