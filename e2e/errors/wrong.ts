/** What cannot be as it was asked for: names that are taken, passwords, parameters. */
import { PASSWORD } from '../person.ts';
import { STORY } from '../story-pool.ts';
import { admin, app, attributes, claimed, type Row, signUp, verified } from './stage.ts';

export const taken: Row[] = [
  ['UsernameExistsException', 'a sign-up', 'User already exists', signUp('mia')],
  [
    'UsernameExistsException',
    'a sign-up with the e-mail that somebody signs in with',
    'An account with the given email already exists.',
    app('SignUp', {
      ClientId: STORY.publicClient,
      Username: 'mia@example.com',
      Password: PASSWORD,
      ...attributes({ email: 'mia@example.com' }),
    }),
  ],
  [
    'UsernameExistsException',
    'an administrator',
    'User account already exists',
    admin('AdminCreateUser', { Username: 'mia' }),
  ],
  [
    'UsernameExistsException',
    'an administrator, of an alias',
    'An account with the email already exists.',
    admin('AdminCreateUser', { Username: 'other', ...attributes(verified('mia@example.com')) }),
  ],
  [
    'AliasExistsException',
    'confirming what is another’s by now',
    'An account with the given email already exists.',
    app('ConfirmSignUp', { Username: 'claims', ConfirmationCode: claimed }),
  ],
  ['GroupExistsException', 'a group', /already exists/, admin('CreateGroup', { GroupName: 'editors' })],
];

const RULES = {
  'Short-1': 'Password not long enough',
  'lowercase-1': 'Password must have uppercase characters',
  'UPPERCASE-1': 'Password must have lowercase characters',
  'No-Numbers': 'Password must have numeric characters',
  NoSymbol1: 'Password must have symbol characters',
};
export const passwords: Row[] = Object.entries(RULES).map(([Password, rule]) => [
  'InvalidPasswordException',
  rule,
  `Password did not conform with policy: ${rule}`,
  app('SignUp', { Username: 'new', Password }),
]);

const schema = (name: string, fault: string) => `Attributes did not conform to the schema: ${name}: ${fault}`;
export const parameters: Row[] = [
  [
    'InvalidParameterException',
    'an attribute that the pool has not',
    schema('custom:nothing', 'Attribute does not exist in the schema.\n').trim(),
    admin('AdminCreateUser', { Username: 'new', ...attributes({ 'custom:nothing': '1' }) }),
  ],
  [
    'InvalidParameterException',
    'an e-mail address',
    'Invalid email address format.',
    signUp('new', { email: 'nobody' }),
  ],
  [
    'InvalidParameterException',
    'a phone number',
    'Invalid phone number format.',
    signUp('new', { phone_number: '555-1234' }),
  ],
  [
    'InvalidParameterException',
    'a username that looks like an alias',
    'Username cannot be of email format, since user pool is configured for email alias.',
    signUp('new@example.com'),
  ],
  [
    'InvalidParameterException',
    'a username where people sign in by e-mail',
    'Username should be an email.',
    app('SignUp', { ClientId: STORY.publicClient, Username: 'new', Password: PASSWORD }),
  ],
  [
    'InvalidParameterException',
    'a resend to somebody who is confirmed',
    'User is already confirmed.',
    app('ResendConfirmationCode', { Username: 'mia' }),
  ],
  [
    'InvalidParameterException',
    'a forgotten password of somebody who cannot be reached',
    'Cannot reset password for the user as there is no registered/verified email or phone_number',
    app('ForgotPassword', { Username: 'kim' }),
  ],
  [
    'InvalidParameterException',
    'a filter',
    'Error while parsing filter',
    admin('ListUsers', { Filter: 'name = ' }),
  ],
  [
    'InvalidParameterException',
    'attributes to get',
    'One or more requested attributes do not exist.',
    admin('ListUsers', { AttributesToGet: ['custom:nothing'] }),
  ],
  [
    'InvalidParameterException',
    'an invitation without an address',
    'No email provided but desired delivery medium was Email',
    admin('AdminCreateUser', { Username: 'new', DesiredDeliveryMediums: ['EMAIL'] }),
  ],
  [
    'InvalidParameterException',
    'aliases beside username attributes',
    'Only one of aliasAttributes or usernameAttributes can be set in a user pool.',
    admin('CreateUserPool', {
      PoolName: 'a',
      AliasAttributes: ['email'],
      UsernameAttributes: ['phone_number'],
    }),
  ],
  [
    'InvalidParameterException',
    'a custom attribute that is there',
    'custom:team: Existing attribute already has name custom:team.',
    admin('AddCustomAttributes', { CustomAttributes: [{ Name: 'team', AttributeDataType: 'String' }] }),
  ],
  [
    'InvalidParameterException',
    'a custom attribute that is required',
    'Required custom attributes are not supported currently.',
    admin('AddCustomAttributes', {
      CustomAttributes: [{ Name: 'new', AttributeDataType: 'String', Required: true }],
    }),
  ],
  [
    'InvalidParameterException',
    'a list of permissions',
    'Invalid write attributes specified while creating a client',
    admin('CreateUserPoolClient', { ClientName: 'a', WriteAttributes: ['sub'] }),
  ],
  [
    'InvalidParameterException',
    'a template without its placeholder',
    String.raw`1 validation error detected: Value 'Your code' at 'smsAuthenticationMessage' failed to satisfy constraint: Member must satisfy regular expression pattern: .*\{####\}.*`,
    admin('CreateUserPool', { PoolName: 'a', SmsAuthenticationMessage: 'Your code' }),
  ],
  [
    'InvalidParameterException',
    'a domain that is taken',
    /^Domain already associated/,
    admin('CreateUserPoolDomain', { Domain: STORY.domain }),
  ],
];
