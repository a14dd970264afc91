/** The accounts of people who come through a provider: what is written, what is not, and whose they are. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminDisableProviderForUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminInitiateAuthCommand,
  AdminLinkProviderForUserCommand,
  AdminSetUserPasswordCommand,
  AdminUpdateUserAttributesCommand,
  CreateUserPoolClientCommand,
  ForgotPasswordCommand,
  InitiateAuthCommand,
  ListUsersCommand,
  NotAuthorizedException,
  UpdateIdentityProviderCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { inStory, named, openPartnerStage, refused } from './federation-oidc-stage.ts';
import { openHttpSession } from './http-session.ts';
import { authorizeUrl, PASSWORD } from './person.ts';
import { STORY } from './story-pool.ts';

const { at, claimsOf, userOf } = await openPartnerStage();

test('FED-110 FED-111 FED-114 FED-115 FED-116 FED-117 what is mapped is written anew each time, and nothing else', async () => {
  await at.add('Mapped', { AttributeMapping: { email: 'email', nickname: 'nickname', name: 'name' } });
  await at.enable('COGNITO', 'Partner', 'Mapped');
  await at.person('cleo', { email: 'cleo@partner.example', name: 'Cleo', family_name: 'Not mapped' });
  const arrive = async () => (await claimsOf(await at.arrive('cleo', { identity_provider: 'Mapped' }))).id;
  const username = String((await arrive())['cognito:username']);
  const first = (await userOf(username)).attributes;
  assert.equal(first['name'], 'Cleo');
  assert.equal(first['email_verified'], 'false');
  assert.equal(first['family_name'], undefined);
  const local = [
    { Name: 'name', Value: 'Edited here' },
    { Name: 'nickname', Value: 'Kept' },
    { Name: 'email_verified', Value: 'true' },
  ];
  await at.sdk.send(new AdminUpdateUserAttributesCommand({ ...named(username), UserAttributes: local }));
  await at.change('cleo', { email: 'cleo@new.example' });
  await arrive();
  const second = (await userOf(username)).attributes;
  assert.equal(second['name'], 'Cleo');
  assert.equal(second['nickname'], 'Kept');
  assert.equal(second['email'], 'cleo@new.example');
  assert.equal(second['email_verified'], 'false');
  const mapping = { email: 'email', email_verified: 'email_verified', family_name: 'family_name' };
  await at.sdk.send(
    new UpdateIdentityProviderCommand({ ...inStory, ProviderName: 'Mapped', AttributeMapping: mapping }),
  );
  await at.change('cleo', { email_verified: 'true', name: 'Not mapped any more' });
  await arrive();
  const third = (await userOf(username)).attributes;
  assert.equal(third['email_verified'], 'true');
  assert.equal(third['family_name'], 'Not mapped');
  assert.equal(third['name'], 'Cleo');
});

test('FED-106 FED-107 FED-140 without what the pool requires there is no account, and the application is told', async () => {
  await at.add('Unmapped', { AttributeMapping: {} });
  await at.enable('COGNITO', 'Partner', 'Unmapped');
  await at.person('dora');
  const before = (await at.sdk.send(new ListUsersCommand(inStory))).Users?.length;
  for (const identity_provider of ['Partner', 'Unmapped'])
    assert.equal(
      refused(await at.arrive('dora', { identity_provider }), 'invalid_request'),
      'attributes required: [email]',
    );
  assert.equal((await at.sdk.send(new ListUsersCommand(inStory))).Users?.length, before);
});

test('ATK-29 ATK-30 FED-127 the same e-mail address is three people, and nobody reaches the account of another', async () => {
  const email = 'victim@example.com';
  const victim = [
    { Name: 'email', Value: email },
    { Name: 'email_verified', Value: 'true' },
  ];
  await at.sdk.send(
    new AdminCreateUserCommand({ ...named(email), UserAttributes: victim, MessageAction: 'SUPPRESS' }),
  );
  await at.sdk.send(
    new AdminSetUserPasswordCommand({ ...named(email), Password: PASSWORD, Permanent: true }),
  );
  const { Username: own, attributes } = await userOf(email);
  await at.add('Claims', {
    AttributeMapping: { email: 'email', email_verified: 'email_verified', preferred_username: 'name' },
  });
  await at.enable('COGNITO', 'Partner', 'Claims');
  await at.person('mallory', { email, email_verified: 'true', name: email });
  for (const identity_provider of ['Partner', 'Claims']) {
    const { id } = await claimsOf(await at.arrive('mallory', { identity_provider }));
    assert.equal(id['email'], email);
    assert.notEqual(id.sub, attributes['sub']);
    assert.match(String(id['cognito:username']), new RegExp(`^${identity_provider}_`));
  }
  // The address still leads to its owner: to sign in, and for whoever asks about it.
  assert.equal((await userOf(email)).Username, own);
  const session = openHttpSession();
  const page = await session.follow(await session.get(authorizeUrl(at.hosted)), at.hosted);
  const local = await session.follow(
    await session.submit(page, { username: email, password: PASSWORD }, /password/),
    at.hosted,
  );
  assert.equal((await claimsOf(local)).id.sub, attributes['sub']);
});

test('FED-128 FED-129 a disabled person is refused and not changed; a deleted one begins anew', async () => {
  await at.person('fay', { email: 'fay@partner.example' });
  const { id } = await claimsOf(await at.arrive('fay'));
  const username = String(id['cognito:username']);
  await at.sdk.send(new AdminDisableUserCommand(named(username)));
  await at.change('fay', { email: 'fay@new.example' });
  refused(await at.arrive('fay'), 'access_denied');
  assert.equal((await userOf(username)).attributes['email'], 'fay@partner.example');
  await at.sdk.send(new AdminEnableUserCommand(named(username)));
  assert.equal((await claimsOf(await at.arrive('fay'))).id.sub, id.sub);
  await at.sdk.send(new AdminDeleteUserCommand(named(username)));
  assert.notEqual((await claimsOf(await at.arrive('fay'))).id.sub, id.sub);
});

test('FED-130 somebody of a provider has no password here, and gets none', async () => {
  await at.person('gus', { email: 'gus@partner.example' });
  const { id } = await claimsOf(await at.arrive('gus'));
  const USERNAME = String(id['cognito:username']);
  const ClientId = STORY.publicClient;
  const { UserPoolClient } = await at.sdk.send(
    new CreateUserPoolClientCommand({
      ...inStory,
      ClientName: 'API',
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_ADMIN_USER_PASSWORD_AUTH'],
    }),
  );
  const api = { ClientId: UserPoolClient?.ClientId, AuthParameters: { USERNAME, PASSWORD } };
  await assert.rejects(
    at.sdk.send(new InitiateAuthCommand({ AuthFlow: 'USER_PASSWORD_AUTH', ...api })),
    NotAuthorizedException,
  );
  await assert.rejects(
    at.sdk.send(new AdminInitiateAuthCommand({ ...inStory, AuthFlow: 'ADMIN_USER_PASSWORD_AUTH', ...api })),
    NotAuthorizedException,
  );
  await assert.rejects(
    at.sdk.send(new ForgotPasswordCommand({ ClientId, Username: USERNAME })),
    NotAuthorizedException,
  );
  await assert.rejects(
    at.sdk.send(new AdminSetUserPasswordCommand({ ...named(USERNAME), Password: PASSWORD, Permanent: true })),
    NotAuthorizedException,
  );
});

test('ATK-31 an administrator links somebody to an account that is there, by what the provider never changes', async () => {
  const email = 'ida@example.com';
  const UserAttributes = [{ Name: 'email', Value: email }];
  await at.sdk.send(
    new AdminCreateUserCommand({ ...named(email), UserAttributes, MessageAction: 'SUPPRESS' }),
  );
  await at.sdk.send(
    new AdminSetUserPasswordCommand({ ...named(email), Password: PASSWORD, Permanent: true }),
  );
  const { Username: own = '', attributes } = await userOf(email);
  await at.person('ida', { email: 'ida@partner.example' });
  const { id } = await claimsOf(await at.arrive('ida'));
  const [identity] = id['identities'] as { userId: string }[];
  const subject = identity?.userId ?? '';
  const person = (ProviderAttributeName: string, ProviderAttributeValue: string) => ({
    ProviderName: 'Partner',
    ProviderAttributeName,
    ProviderAttributeValue,
  });
  const link = (SourceUser: ReturnType<typeof person>) =>
    at.sdk.send(
      new AdminLinkProviderForUserCommand({
        ...inStory,
        DestinationUser: { ProviderName: 'Cognito', ProviderAttributeValue: own },
        SourceUser,
      }),
    );
  // An address is no proof, and who has an account already is not moved into another.
  await assert.rejects(link(person('email', 'ida@partner.example')), { name: 'InvalidParameterException' });
  await assert.rejects(link(person('Cognito_Subject', subject)), { name: 'InvalidParameterException' });
  await at.sdk.send(new AdminDeleteUserCommand(named(String(id['cognito:username']))));
  await link(person('Cognito_Subject', subject));
  const linked = await claimsOf(await at.arrive('ida'));
  assert.equal(linked.id.sub, attributes['sub']);
  assert.equal((linked.id['identities'] as { primary: string }[])[0]?.primary, 'false');
  await at.sdk.send(
    new AdminDisableProviderForUserCommand({ ...inStory, User: person('Cognito_Subject', subject) }),
  );
  assert.notEqual((await claimsOf(await at.arrive('ida'))).id.sub, attributes['sub']);
});
