/** Vendors that are created as type OIDC. Their own addresses are called; the network leads to servers of this machine. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { refused } from '../contract.ts';
import { CALLBACK, codeContract, comeBack, type Vendor } from '../contract-code.ts';
import { completeDetails, openProvider } from '../registry.ts';
import { openEnvironment } from '../testing/environment.ts';
import {
  discord,
  github,
  gitlab,
  linkedin,
  microsoft,
  slack,
  subjects,
  xVendor,
} from '../testing/preset-peers.ts';
import { microsoft as entra } from './microsoft.ts';

codeContract('GitHub', github, true);
codeContract('Discord', discord, true);
codeContract('X', xVendor, true);
codeContract('LinkedIn', linkedin, false);
codeContract('Slack', slack, true);
codeContract('GitLab', gitlab, true);
codeContract('Microsoft Entra ID', microsoft, true);

async function opened<V extends Vendor>(t: TestContext, open: () => Promise<V>) {
  const peer = await open();
  t.after(async () => {
    peer.environment.outgoing.close();
    await peer.server.close();
  });
  const provider = openProvider(peer.record, peer.environment);
  const signIn = async (who = 'maria') => provider.finish(await comeBack(provider, peer.server, who));
  return { ...peer, provider, signIn };
}

test('GitHub: the address is the primary one, proven as GitHub says, and absent without its scope', async (t) => {
  const { signIn, provider, record } = await opened(t, github);
  const { attributes } = await signIn();
  assert.deepEqual([attributes['email'], attributes['email_verified']], ['maria@example.com', 'true']);
  assert.equal((await signIn('otto')).attributes['email_verified'], 'false');
  const { redirect } = await provider.begin({ callbackUrl: CALLBACK, state: 's' });
  assert.equal(new URL(redirect).searchParams.get('scope'), 'read:user user:email');
  assert.ok(redirect.startsWith('https://github.com/login/oauth/authorize?'));
  assert.equal(record.details['token_url'], 'https://github.com/login/oauth/access_token');
  const bare = await opened(t, () => github('read:user'));
  assert.equal((await bare.signIn()).attributes['email'], undefined);
});

test('Discord names itself in its answers: one of another is refused before its code leaves', async (t) => {
  const { provider, server } = await opened(t, discord);
  const good = await comeBack(provider, server, 'maria');
  const from = (iss: string) => provider.finish({ ...good, parameters: { ...good.parameters, iss } });
  server.seen.length = 0;
  await refused(from('https://evil.example.com'), 'not-verified');
  assert.deepEqual(server.seen, []);
  assert.equal((await from('https://discord.com')).subject, subjects.maria);
});

test('a number of a person that is rounded on its way is nobody', async (t) => {
  const { signIn, server } = await opened(t, github);
  const says = (id: string) =>
    server.broken.set('/user', {
      body: `{"id": ${id}, "login": "maria"}`,
      headers: { 'content-type': 'application/json' },
    });
  says('9007199254740991');
  assert.equal((await signIn()).subject, '9007199254740991');
  for (const id of ['9007199254740993', '1e300', '1.5', 'true', '""', '{}']) {
    says(id);
    await refused(signIn(), 'invalid-answer');
  }
});

test('claims that are nested without end are an answer that cannot be used', async (t) => {
  const { signIn, server } = await opened(t, discord);
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
  const headers = { 'content-type': 'application/json' };
  server.broken.set('/api/users/@me', { body: `{"id": "1", "username": ${deep}}`, headers });
  await refused(signIn(), 'invalid-answer');
});

test('X: no address where none is confirmed', async (t) => {
  const { signIn } = await opened(t, xVendor);
  const { attributes } = await signIn('otto');
  assert.deepEqual([attributes['email'], attributes['email_verified']], [undefined, undefined]);
});

test("Microsoft: an address of a tenant is proven only by Microsoft's own word", async (t) => {
  const { signIn, server } = await opened(t, microsoft);
  const forged = server.forge.claims ?? ((claims) => claims);
  for (const [said, proven] of [
    [true, 'true'],
    ['1', 'true'],
    [false, 'false'],
    ['0', 'false'],
    [undefined, 'false'],
  ]) {
    server.forge.claims = (claims) => ({ ...forged(claims), xms_edov: said });
    // Also where the tenant writes email_verified itself.
    assert.equal((await signIn()).attributes['email_verified'], proven, String(said));
  }
  server.forge.claims = (claims) => ({ ...forged(claims), tid: 'other' });
  await refused(signIn(), 'not-verified');
});

test('Microsoft is known in every cloud and in every way of writing its address, and nobody else is', () => {
  for (const issuer of [
    'https://login.microsoftonline.com/common/v2.0',
    'https://LOGIN.MicrosoftOnline.com/common/v2.0',
    'https://login.microsoftonline.com:443/common/v2.0',
    'https://login.microsoftonline.us/common/v2.0',
    'https://login.partner.microsoftonline.cn/common/v2.0',
    'https://sts.windows.net/common',
  ])
    assert.match(issuer, entra.issuer);
  for (const issuer of [
    'https://login.microsoftonline.com.evil.example',
    'https://loginXmicrosoftonline.com/',
  ])
    assert.doesNotMatch(issuer, entra.issuer);
});

test('a vendor is known by its whole issuer, and its addresses are not for administrators to change', async (t) => {
  const environment = openEnvironment();
  t.after(() => environment.outgoing.close());
  const details = {
    client_id: 'a',
    client_secret: 'b',
    authorize_scopes: 'read:user',
    oidc_issuer: 'https://github.com',
  };
  const record = { name: 'GitHub', type: 'OIDC', details };
  const complete = await completeDetails(record, environment);
  assert.deepEqual(await completeDetails({ ...record, details: complete }, environment), complete);
  const moved = { ...record, details: { ...details, token_url: 'https://evil.example.com' } };
  await refused(completeDetails(moved, environment), 'configuration');
  const blank = { ...record, details: { ...details, oidc_issuer: ' https://github.com ' } };
  assert.deepEqual(await completeDetails(blank, environment), complete);
  for (const oidc_issuer of [
    'https://github.com.evil.example.com',
    'https://githubXcom',
    'https://github.com/a',
  ]) {
    const other = { ...record, details: { ...details, oidc_issuer } };
    // No vendor of its own: then it is held to what any OpenID provider is.
    assert.match((await refused(completeDetails(other, environment), 'configuration')).message, /openid/);
  }
});
