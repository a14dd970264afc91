/** What callers send, judged by the service's own model. Long for its lists of faults and their words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../../errors.ts';
import { ProtocolFault } from '../errors.ts';
import { compileOutput } from './answer.ts';
import { compileInput } from './check.ts';
import { IDENTITY_POOLS, type Model, SYNC, USER_POOLS } from './models.ts';
import { compilePattern } from './pattern.ts';

const check = (operation: string) => compileInput(USER_POOLS, USER_POOLS.operations[operation]?.input ?? '');
const fault = (operation: string, input: unknown): string => {
  try {
    check(operation)(input);
  } catch (error) {
    assert.ok(error instanceof Refusal && error.code === 'InvalidParameterException', String(error));
    return error.message;
  }
  return assert.fail('accepted');
};
const PREFIX = '1 validation error detected: ';
const pool = 'eu-central-1_Ab12Cd34E';

test('every input and output of the three models compiles', () => {
  let operations = 0;
  for (const model of [USER_POOLS, IDENTITY_POOLS, SYNC])
    for (const { input, output } of Object.values(model.operations)) {
      assert.equal(typeof compileInput(model, input), 'function');
      assert.equal(typeof compileOutput(model, output), 'function');
      operations += 1;
    }
  assert.equal(operations, 181);
});

test('faults are told in the words of the service', () => {
  const table: [string, unknown, string][] = [
    ['CreateUserPool', {}, "Value null at 'poolName' failed to satisfy constraint: Member must not be null"],
    [
      'CreateUserPool',
      { PoolName: null },
      "Value null at 'poolName' failed to satisfy constraint: Member must not be null",
    ],
    [
      'DescribeUserPool',
      { UserPoolId: 'x' },
      "Value 'x' at 'userPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w-]+_[0-9a-zA-Z]+",
    ],
    [
      'DescribeUserPool',
      { UserPoolId: `a_${'x'.repeat(54)}` },
      `Value 'a_${'x'.repeat(54)}' at 'userPoolId' failed to satisfy constraint: Member must have length less than or equal to 55`,
    ],
    [
      'ListUserPools',
      { MaxResults: 61 },
      "Value '61' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 60",
    ],
    [
      'CreateUserPool',
      { PoolName: 'a', MfaConfiguration: 'SOMETIMES' },
      "Value 'SOMETIMES' at 'mfaConfiguration' failed to satisfy constraint: Member must satisfy enum value set: [OFF, ON, OPTIONAL]",
    ],
    [
      'CreateUserPool',
      { PoolName: 'a', AutoVerifiedAttributes: ['email', 'fax'] },
      "Value '[email, fax]' at 'autoVerifiedAttributes' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [phone_number, email]]",
    ],
    [
      'CreateUserPool',
      { PoolName: 'a', Schema: [{ Name: 'ok' }, { Name: 'x'.repeat(21) }] },
      `Value '${'x'.repeat(21)}' at 'schema.2.member.name' failed to satisfy constraint: Member must have length less than or equal to 20`,
    ],
    [
      'AdminCreateUser',
      { UserPoolId: pool, Username: 'maria', UserAttributes: [{ Name: 'email' }, { Value: 'x' }] },
      "Value null at 'userAttributes.2.member.name' failed to satisfy constraint: Member must not be null",
    ],
    [
      'CreateUserPool',
      { PoolName: 'a', Schema: [null] },
      "Value null at 'schema.1.member' failed to satisfy constraint: Member must not be null",
    ],
    [
      'CreateUserPool',
      { PoolName: 'a', Policies: { PasswordPolicy: { MinimumLength: 5 } } },
      "Value '5' at 'policies.passwordPolicy.minimumLength' failed to satisfy constraint: Member must have value greater than or equal to 6",
    ],
    [
      'CreateUserPool',
      { PoolName: 'a', Schema: [] },
      "Value '[]' at 'schema' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ],
    [
      'ListUserPools',
      { MaxResults: 0 },
      "Value '0' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1",
    ],
    [
      'CreateUserPool',
      { PoolName: 'a', UserPoolTags: { k: 'v'.repeat(257) } },
      `Value '{k=${'v'.repeat(197)}...' at 'userPoolTags' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 256, Member must have length greater than or equal to 0]`,
    ],
  ];
  for (const [operation, input, expected] of table) assert.equal(fault(operation, input), PREFIX + expected);
});

test('several faults are told together, and no more than ten', () => {
  assert.equal(
    fault('DescribeUserPool', { UserPoolId: '' }),
    "2 validation errors detected: Value '' at 'userPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w-]+_[0-9a-zA-Z]+; Value '' at 'userPoolId' failed to satisfy constraint: Member must have length greater than or equal to 1",
  );
  const Schema = Array.from({ length: 50 }, () => ({ Name: 'a b' }));
  assert.match(fault('CreateUserPool', { PoolName: '|', Schema }), /^10 validation errors/);
});

test('secrets are not repeated', () => {
  const secret = 'x y'.repeat(100);
  const table: [string, object][] = [
    ['AdminSetUserPassword', { UserPoolId: pool, Username: 'maria', Password: secret }],
    ['AdminGetUser', { UserPoolId: pool, Username: secret }],
    ['CreateUserPoolClient', { UserPoolId: pool, ClientName: 'a', ClientSecret: secret }],
    ['ConfirmSignUp', { ClientId: 'a', Username: 'maria', ConfirmationCode: secret }],
    ['GetUser', { AccessToken: secret }],
    // The structure is a secret, its member does not say so.
    [
      'ForgotPassword',
      { ClientId: 'a', Username: 'maria', UserContextData: { EncodedData: secret.repeat(500) } },
    ],
    [
      'AdminCreateUser',
      { UserPoolId: pool, Username: 'maria', UserAttributes: [{ Name: 'a', Value: 'x y'.repeat(1000) }] },
    ],
  ];
  for (const [operation, input] of table) {
    const message = fault(operation, input);
    assert.ok(!message.includes('x y'), message);
    assert.match(message, /Value at '/);
  }
});

test('values of the wrong type are a fault of serialization in the words of the service, which do not repeat them', () => {
  const structure = 'Start of structure or map found where not expected.';
  const list = 'Start of list found where not expected';
  const table: [string, unknown, string][] = [
    ['DescribeUserPool', { UserPoolId: 12345678 }, 'NUMBER_VALUE can not be converted to a String'],
    ['DescribeUserPool', { UserPoolId: true }, 'TRUE_VALUE can not be converted to a String'],
    ['DescribeUserPool', { UserPoolId: ['secret'] }, list],
    ['DescribeUserPool', { UserPoolId: { secret: 1 } }, structure],
    ['ListUserPools', { MaxResults: '10' }, 'STRING_VALUE can not be converted to an Integer'],
    ['ListUserPools', { MaxResults: 1.5 }, 'NUMBER_VALUE can not be converted to an Integer'],
    [
      'ListUserPools',
      { MaxResults: Number.POSITIVE_INFINITY },
      'NUMBER_VALUE can not be converted to an Integer',
    ],
    ['ListUserPools', { MaxResults: 2 ** 53 }, 'NUMBER_VALUE can not be converted to an Integer'],
    [
      'CreateUserPoolClient',
      { UserPoolId: pool, ClientName: 'a', GenerateSecret: 'true' },
      'STRING_VALUE can not be converted to a Boolean',
    ],
    ['CreateUserPool', { PoolName: 'a', AliasAttributes: 'email' }, 'Unexpected field type'],
    ['CreateUserPool', { PoolName: 'a', AliasAttributes: { 0: 'email' } }, structure],
    ['CreateUserPool', { PoolName: 'a', Policies: [] }, list],
    ['CreateUserPool', { PoolName: 'a', Policies: 'secret' }, 'Unexpected field type'],
    [
      'CreateUserPool',
      { PoolName: 'a', UserPoolTags: { a: 1 } },
      'NUMBER_VALUE can not be converted to a String',
    ],
    ['CreateUserPool', [], list],
    ['CreateUserPool', 'x', 'Unexpected field type'],
    ['CreateUserPool', null, 'NULL_VALUE can not be converted to a Structure'],
  ];
  for (const [operation, input, message] of table)
    assert.throws(
      () => check(operation)(input),
      (error) => {
        assert.ok(error instanceof ProtocolFault && error.type === 'SerializationException', String(error));
        assert.equal(error.message, message, JSON.stringify(input));
        return true;
      },
    );
});

test('unknown members are left behind, and nothing of an object is inherited', () => {
  const input = JSON.parse(
    '{"PoolName":"a","Nothing":1,"__proto__":{"MfaConfiguration":"ON"},"constructor":{}}',
  );
  const checked = check('CreateUserPool')(input);
  assert.deepEqual(Object.keys(checked), ['PoolName']);
  assert.equal(Object.getPrototypeOf(checked), Object.prototype);
  assert.match(fault('CreateUserPool', Object.create({ PoolName: 'inherited' })), /null at 'poolName'/);
});

test('characters are counted as people count them, not in halves of pairs', () => {
  const Name = '𝒳'.repeat(20);
  assert.ok(check('AddCustomAttributes')({ UserPoolId: pool, CustomAttributes: [{ Name }] }));
  assert.match(
    fault('AddCustomAttributes', { UserPoolId: pool, CustomAttributes: [{ Name: `${Name}x` }] }),
    /less than or equal to 20/,
  );
});

// With the patterns as the model writes them this does not end: a run that hangs here has found the fault.
test('a hostile text is judged in time that grows with its length only', () => {
  const texts = [
    '{##'.repeat(6660),
    '{####}'.repeat(3330),
    '{##'.repeat(3330) + '##}'.repeat(3330),
    '@'.repeat(20_000),
  ];
  for (const text of texts)
    for (const input of [
      { VerificationMessageTemplate: { EmailMessage: `${text}\u0001`, EmailMessageByLink: `${text}\u0001` } },
      { EmailConfiguration: { ReplyToEmailAddress: `${text}\u0001` } },
      { EmailVerificationMessage: `${text}\u0001` },
    ])
      assert.match(fault('CreateUserPool', { PoolName: 'a', ...input }), /failed to satisfy/);
});

test('a deeply nested value neither breaks the check nor its message', () => {
  const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
  assert.throws(() => check('CreateUserPool')({ PoolName: 'a', AliasAttributes: deep }), ProtocolFault);
  assert.ok(check('CreateUserPool')({ PoolName: 'a', Unknown: deep }));
  const tooMany = Array.from({ length: 101 }, () => ({ ScopeName: deep }));
  const input = { UserPoolId: pool, Identifier: 'a', Name: 'a', Scopes: tooMany };
  assert.throws(() => check('CreateResourceServer')(input), ProtocolFault);
});

test('patterns mean what they mean in Java', () => {
  const matches = (pattern: string, text: string) => compilePattern(pattern).test(text);
  assert.ok(matches('[\\w]+', 'abc') && !matches('[\\w]+', 'abc ') && !matches('a|b', 'ab'));
  assert.ok(matches('(?s).*', 'a\nb') && !matches('.*', 'a\nb'));
  assert.ok(matches('[\\s]+', ' \t\n') && !matches('[\\s]+', '\u2003'));
  assert.ok(matches('[\\p{L}]+', 'Ж𝒳'));
  for (const unknown of ['a++', '(?i)a', '(?>a)', '\\Aa', '[a-z&&[^b]]x*+'])
    assert.throws(() => compilePattern(unknown), /pattern|flags/, unknown);
});

test('answers carry seconds, base64 and only what the model names', () => {
  const model: Model = {
    service: 'cognito-idp',
    operations: {},
    shapes: {
      Output: {
        type: 'structure',
        members: { When: 'When', Data: 'Data', Tags: 'Tags', Items: 'Items', Sub: 'Sub' },
      },
      Sub: { type: 'structure', members: { When: 'When' } },
      Items: { type: 'list', member: 'Sub' },
      Tags: { type: 'map', key: 'Text', value: 'Text' },
      Text: { type: 'string' },
      When: { type: 'timestamp' },
      Data: { type: 'blob' },
    },
  };
  const at = new Date(1_571_234_567_891);
  const write = compileOutput(model, 'Output');
  assert.deepEqual(
    JSON.parse(
      write({
        When: at,
        Data: Buffer.from('hello'),
        Tags: { a: 'b' },
        Items: [{ When: at, secret: 'x' }],
        Sub: undefined,
        passwordHash: 'x',
      }),
    ),
    { When: 1571234567.891, Data: 'aGVsbG8=', Tags: { a: 'b' }, Items: [{ When: 1571234567.891 }] },
  );
  assert.equal(compileOutput(model, undefined)({ anything: 1 }), '{}');
});
