/** The names that people sign in with, through the AWS SDK: whose they are, when they count, and how they move. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import {
  AdminConfirmSignUpCommand,
  AdminUpdateUserAttributesCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { codeTo, list, openApplication, outcomes, record, refused } from './sdk-application.ts';
import { claims, holder } from './sdk-person.ts';
import { type Foyer, startFoyer } from './start.ts';

let foyer: Foyer;
before(async () => {
  foyer = await startFoyer();
});

test('USR-179 USR-182 USR-183 an alias signs in once it is verified, and is one account’s at a time', async () => {
  const app = await openApplication(foyer, { AliasAttributes: ['email'], AutoVerifiedAttributes: ['email'] });
  const email = 'alias@example.com';
  const { access: marias } = await app.join('maria', email);
  const { access: pauls } = await app.join('paul', 'paul@example.com');
  const paul = holder(app, pauls);
  await paul.update({ email });
  const text = 'An account with the given email already exists.';
  await refused(paul.verify('email', await codeTo(foyer, email)), 'AliasExistsException', text);
  assert.equal(claims((await app.signIn(email)).id)['cognito:username'], 'maria');
  await refused(app.signIn('paul@example.com'), 'UserNotFoundException');
  await app.signIn('paul');
  await holder(app, marias).update({ email: 'elsewhere@example.com' });
  await paul.ask('email');
  await paul.verify('email', await codeTo(foyer, email));
  assert.equal(claims((await app.signIn(email)).id)['cognito:username'], 'paul');
});

test('USR-180 USR-181 USR-182 SEC-269 SEC-270 an alias moves on demand, with the same code', async () => {
  const app = await openApplication(foyer, { AliasAttributes: ['email'] });
  const email = 'moves@example.com';
  await app.join('old', email);
  await app.signUp('new', { email });
  const code = await codeTo(foyer, email);
  await refused(
    app.confirm('new', code),
    'AliasExistsException',
    'An account with the given email already exists.',
  );
  assert.equal((await app.look('new')).UserStatus, 'UNCONFIRMED');
  assert.equal(claims((await app.signIn(email)).id)['cognito:username'], 'old');
  await app.confirm('new', code, true);
  assert.equal(claims((await app.signIn(email)).id)['cognito:username'], 'new');
  assert.equal(record((await app.look('old')).UserAttributes).email_verified, 'false');
  await app.signIn('old');
});

test('USR-185 an administrator who verifies a contact moves the alias to it', async () => {
  const app = await openApplication(foyer, { AliasAttributes: ['email'] });
  const email = 'assigned@example.com';
  await app.join('old', email);
  await app.join('new', 'before@example.com');
  const UserAttributes = list({ email, email_verified: 'true' });
  const named = { UserPoolId: app.UserPoolId, Username: 'new' };
  await app.administrator.send(new AdminUpdateUserAttributesCommand({ ...named, UserAttributes }));
  assert.equal(claims((await app.signIn(email)).id)['cognito:username'], 'new');
  assert.equal(record((await app.look('old')).UserAttributes).email_verified, 'false');
  await app.signIn('old');
});

test('USR-180 of ten who confirm one address at the same moment exactly one gets it', async () => {
  const app = await openApplication(foyer, { AliasAttributes: ['email'] });
  const email = 'contested@example.com';
  const people: { name: string; code: string }[] = [];
  for (let i = 0; i < 10; i++) {
    await app.signUp(`person-${i}`, { email });
    people.push({ name: `person-${i}`, code: await codeTo(foyer, email) });
  }
  const results = await outcomes(people.map(({ name, code }) => app.confirm(name, code)));
  assert.deepEqual(results.toSorted(), [...Array(9).fill('AliasExistsException'), 'done']);
  const winner = people[results.indexOf('done')]?.name;
  assert.equal(claims((await app.signIn(email)).id)['cognito:username'], winner);
});

test('USR-186 USR-187 a preferred username is chosen after confirming, and is one of its kind', async () => {
  const app = await openApplication(foyer, { AliasAttributes: ['preferred_username'] });
  await refused(app.signUp('maria', { preferred_username: 'mimi' }), 'InvalidParameterException');
  const { access } = await app.join('maria', 'prefers@example.com');
  await holder(app, access).update({ preferred_username: 'mimi' });
  assert.equal(claims((await app.signIn('mimi')).id)['cognito:username'], 'maria');
  const { access: pauls } = await app.join('paul', 'wants@example.com');
  await refused(
    holder(app, pauls).update({ preferred_username: 'mimi' }),
    'AliasExistsException',
    'An account with the given preferred_username already exists.',
  );
  await refused(holder(app, pauls).update({ preferred_username: 'maria' }), 'AliasExistsException');
  const results = await outcomes([
    app.signUp('newcomer'),
    holder(app, access).update({ preferred_username: 'newcomer' }),
  ]);
  assert.ok(results.includes('UsernameExistsException') || results.includes('AliasExistsException'));
});

test('USR-191 USR-194 USR-195 USR-196 where people sign in by e-mail the name follows the address', async () => {
  const app = await openApplication(foyer, { UsernameAttributes: ['email'], AutoVerifiedAttributes: [] });
  const email = 'named@example.com';
  const { UserSub = '' } = await app.signUp(email);
  await refused(app.signUp(email), 'UsernameExistsException');
  const { Username, UserAttributes } = await app.look(email);
  assert.equal(Username, UserSub);
  assert.equal(record(UserAttributes).email_verified, 'false');
  await refused(app.signIn(email), 'UserNotConfirmedException');
  const confirm = new AdminConfirmSignUpCommand({ UserPoolId: app.UserPoolId, Username: email });
  await app.administrator.send(confirm);
  const { access, id } = await app.signIn(email);
  assert.equal(claims(id)['cognito:username'], UserSub);
  const me = holder(app, access);
  await app.signUp('taken@example.com');
  const text = 'An account with the given email already exists.';
  await refused(me.update({ email: 'taken@example.com' }), 'AliasExistsException', text);
  await refused(me.remove('email'), 'InvalidParameterException');
  await me.update({ email: 'renamed@example.com' });
  await app.signIn('renamed@example.com');
  await app.signIn(UserSub);
  await refused(app.signIn(email), 'UserNotFoundException');
});

test('USR-178 USR-192 USR-193 USR-198 which names a pool takes', async () => {
  const email = await openApplication(foyer, { AliasAttributes: ['email', 'phone_number'] });
  for (const name of ['mia@example.com', '+12065550100'])
    await refused(email.signUp(name), 'InvalidParameterException');
  const phone = await openApplication(foyer, {
    UsernameAttributes: ['phone_number'],
    AutoVerifiedAttributes: [],
  });
  await phone.signUp('+12065550144');
  assert.equal(record((await phone.look('+12065550144')).UserAttributes).phone_number, '+12065550144');
  await refused(phone.signUp('mia'), 'InvalidParameterException', 'Username should be a phone number.');
  const either = await openApplication(foyer, {
    UsernameAttributes: ['phone_number', 'email'],
    AutoVerifiedAttributes: [],
  });
  await refused(
    either.signUp('mia'),
    'InvalidParameterException',
    'Username should be either an email or a phone number.',
  );
  const folding = await openApplication(foyer, { UsernameConfiguration: { CaseSensitive: false } });
  await folding.join('Maria', 'folded@example.com');
  await refused(folding.signUp('maria'), 'UsernameExistsException');
  assert.equal(claims((await folding.signIn('mARIA')).id)['cognito:username'], 'Maria');
  const exact = await openApplication(foyer);
  await exact.signUp('Maria');
  await exact.signUp('maria');
});

test('USR-169 USR-170 USR-171 USR-172 SEC-271 a contact of another form is refused, at sign-up and later', async () => {
  const app = await openApplication(foyer);
  const { access } = await app.join('maria', 'forms@example.com');
  const me = holder(app, access);
  const wrong: [Record<string, string>, string][] = [
    [{ phone_number: '2065550100' }, 'Invalid phone number format.'],
    [{ phone_number: '+1 (206) 555-0100' }, 'Invalid phone number format.'],
    [{ email: 'forms.example.com' }, 'Invalid email address format.'],
    [{ email: 'forms@example.com\r\nBcc: all@example.com' }, 'Invalid email address format.'],
    [{ email: 'forms＠example.com' }, 'Invalid email address format.'],
    [
      { timezone: 'Europe/Berlin' },
      'Attributes did not conform to the schema: timezone: Attribute does not exist in the schema.',
    ],
  ];
  for (const [given, text] of wrong) {
    await refused(app.signUp('paul', given), 'InvalidParameterException', text);
    await refused(me.update(given), 'InvalidParameterException', text);
  }
  await refused(me.update({ nickname: 'm'.repeat(2049) }), 'InvalidParameterException');
  await me.update({ nickname: 'm'.repeat(2048), zoneinfo: 'Europe/Berlin' });
  await refused(app.look('paul'), 'UserNotFoundException');
});
