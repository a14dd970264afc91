/**
 * Pools at hosts of their own, with certificates that are replaced and renewed while people sign in. Long, but one file:
 * each starts a Foyer of its own, on both sets of stores.
 */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import {
  CreateUserPoolCommand,
  CreateUserPoolDomainCommand,
  DescribeUserPoolDomainCommand,
  UpdateUserPoolDomainCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { openHttpSession } from '../http-session.ts';
import { authorizeUrl, callbackOf, openSignIn, PASSWORD } from '../person.ts';
import { soon } from '../soon.ts';
import { STORY, storyPool } from '../story-pool.ts';
import { issue, LOGIN_ARN, LOGIN_HOST, startTls, type TlsFoyer, write } from './start-tls.ts';

const OTHER_HOST = 'auth.other.test';
const OWN = write('own', issue(['id.foyer.test']));
const LOGIN = issue([LOGIN_HOST]);
const users = [
  {
    username: 'mina@example.com',
    password: PASSWORD,
    attributes: { email: 'mina@example.com', email_verified: 'true' },
  },
];

/** The story pool at a prefix and at a custom domain whose certificate the pool file brings. */
const withCustomDomain = () => ({
  certificates: [{ arn: LOGIN_ARN, ...write('login', LOGIN) }],
  ...storyPool({
    users,
    domain: [STORY.domain, { name: LOGIN_HOST, certificateArn: LOGIN_ARN }],
  }),
});

const serialOf = (chain: string) => new X509Certificate(chain).serialNumber;
const shown = async ({ client, port }: TlsFoyer, host: string) =>
  (await client.handshake(port, host)).serialNumber;

/** Brings a certificate by command, as an operator does; gives its ARN. */
async function bring(tls: TlsFoyer, name: string, pair: { chain: string; key: string }, ...more: string[]) {
  const files = write(name, pair);
  const { code, output } = await tls.command('certificate', 'put', files.chain, files.key, ...more);
  assert.equal(code, 0, output);
  assert.doesNotMatch(output, /PRIVATE|MII/);
  return /arn:\S+/.exec(output)?.[0] ?? '';
}

test('HUI-56 HUI-59 a person signs in at a custom domain as at the prefix; cookies are secure; the issuer stays', async () => {
  const tls = await startTls(OWN, { poolFile: withCustomDomain() });
  const hosted = tls.at(LOGIN_HOST);
  assert.equal(await shown(tls, LOGIN_HOST), serialOf(LOGIN.chain));

  const session = openHttpSession(tls.client.fetch);
  const form = await openSignIn(session, hosted);
  assert.equal(new URL(form.url).host, new URL(hosted).host, 'the person stays at the custom domain');
  const page = await session.follow(
    await session.submit(form, { username: 'mina@example.com', password: PASSWORD }),
    hosted,
  );
  const cookies = await session.jar.getCookies(hosted);
  assert.ok(cookies.some(({ key }) => key.startsWith('__Host-')));
  for (const { key, secure, httpOnly, hostOnly } of cookies) assert.ok(secure && httpOnly && hostOnly, key);

  const redeem = (code: string, at: string) =>
    tls.client.fetch(`${at}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: STORY.publicClient,
        redirect_uri: STORY.callback,
        code,
      }),
    });
  const answer = await redeem(callbackOf(page).get('code') ?? '', hosted);
  assert.equal(answer.status, 200);
  const tokens = (await answer.json()) as { access_token: string };
  const claims = JSON.parse(Buffer.from(tokens.access_token.split('.')[1] ?? '', 'base64url').toString());
  assert.equal(claims.iss, `${tls.at('id.foyer.test')}/${STORY.poolId}`);
  const info = await tls.client.fetch(`${hosted}/oauth2/userInfo`, {
    headers: { authorization: `Bearer ${tokens.access_token}` },
  });
  assert.equal(((await info.json()) as { email: string }).email, 'mina@example.com');

  const prefix = `${tls.at('id.foyer.test')}/${STORY.domain}`;
  const again = openHttpSession(tls.client.fetch);
  const there = await again.submit(await openSignIn(again, prefix), {
    username: 'mina@example.com',
    password: PASSWORD,
  });
  assert.ok(callbackOf(await again.follow(there, prefix)).get('code'), 'the prefix answers identically');
});

test('HUI-54 HUI-55 HUI-56 each host has its own certificate and pool; other names get the certificate of the process and no pool', async () => {
  const tls = await startTls(OWN, {
    poolFile: withCustomDomain(),
    env: { FOYER_ALIAS_HOST: 'lb.foyer.test' },
  });
  const { UserPool } = await tls.api.send(new CreateUserPoolCommand({ PoolName: 'Other' }));
  const create = (Domain: string, CertificateArn: string) =>
    tls.api.send(
      new CreateUserPoolDomainCommand({
        UserPoolId: UserPool?.Id,
        Domain,
        CustomDomainConfig: { CertificateArn },
      }),
    );
  const other = issue([OTHER_HOST]);
  const arn = await bring(tls, 'other', other);
  await assert.rejects(create('elsewhere.other.test', arn), { name: 'InvalidParameterException' });
  await assert.rejects(create(OTHER_HOST, `${arn.slice(0, -4)}0000`), { name: 'InvalidParameterException' });
  const files = write('expired', issue([OTHER_HOST], -1));
  const refused = await tls.command('certificate', 'put', files.chain, files.key);
  assert.equal(refused.code, 1);
  assert.match(refused.output, /^The certificate has expired on \d{4}-\d\d-\d\d\.$/m);

  assert.equal((await create(OTHER_HOST, arn)).CloudFrontDomain, 'lb.foyer.test');
  assert.equal(await shown(tls, OTHER_HOST), serialOf(other.chain));
  assert.equal(await shown(tls, OTHER_HOST.toUpperCase()), serialOf(other.chain));
  assert.equal(await shown(tls, LOGIN_HOST), serialOf(LOGIN.chain));

  const start = (at: string) => tls.client.fetch(authorizeUrl(at));
  assert.match(
    (await start(tls.at(LOGIN_HOST))).headers.get('location') ?? '',
    /^https:\/\/login\.acme\.test/,
  );
  // The story's client is of the other pool.
  assert.match((await start(tls.at(OTHER_HOST))).headers.get('location') ?? '', /error=invalid_client/);

  const own = await shown(tls, 'id.foyer.test');
  for (const name of [
    'nobody.acme.test',
    'acme.test',
    'x.login.acme.test',
    'localhost',
    '-',
    'a'.repeat(250),
  ])
    assert.equal(await shown(tls, name), own, name);
  const asNobody = await tls.client.fetch(`${tls.at('id.foyer.test')}/login?client_id=x`, {
    headers: { host: 'nobody.acme.test' },
  });
  assert.equal(asNobody.status, 404);
  await assert.rejects(tls.client.fetch(`${tls.at('nobody.acme.test')}/login`), /altnames|certificate/i);

  const { output } = await tls.command('certificate', 'list');
  assert.match(output, new RegExp(`${arn}\\n.*for ${OTHER_HOST}  used by ${OTHER_HOST}`));
  const removed = await tls.command('certificate', 'remove', arn);
  assert.match(removed.output, /is used by auth\.other\.test/);
});

test('HUI-57 another certificate is set while Foyer runs, and the alias target stays', async () => {
  const tls = await startTls(OWN, { poolFile: withCustomDomain() });
  const describe = async () =>
    (await tls.api.send(new DescribeUserPoolDomainCommand({ Domain: LOGIN_HOST }))).DomainDescription;
  const before = await describe();
  assert.equal(before?.Status, 'ACTIVE');
  assert.equal(before?.CloudFrontDistribution, 'id.foyer.test');
  assert.equal(await shown(tls, LOGIN_HOST), serialOf(LOGIN.chain));
  const replacement = issue([LOGIN_HOST, 'www.acme.test']);
  const arn = await bring(tls, 'replacement', replacement);
  const answer = await tls.api.send(
    new UpdateUserPoolDomainCommand({
      UserPoolId: STORY.poolId,
      Domain: LOGIN_HOST,
      CustomDomainConfig: { CertificateArn: arn },
    }),
  );
  assert.equal(answer.CloudFrontDomain, 'id.foyer.test');
  assert.equal(await shown(tls, LOGIN_HOST), serialOf(replacement.chain), 'at once, where it was set');
  const after = await describe();
  assert.equal(after?.CloudFrontDistribution, before?.CloudFrontDistribution);
  assert.equal(after?.Status, 'ACTIVE');
});

test('HUI-58 a renewal under load fails no handshake, and every process serves it soon', async () => {
  const first = await startTls(OWN, { poolFile: withCustomDomain() });
  const second = await startTls(OWN, { beside: first.foyer });
  const both = [first, second];
  const serials = new Set<string>();
  const failures: unknown[] = [];
  let running = true;
  const load = both.flatMap((tls) =>
    [1, 2, 3].map(async () => {
      while (running)
        await shown(tls, LOGIN_HOST).then(
          (serial) => serials.add(serial),
          (error) => failures.push(error),
        );
    }),
  );
  const renewed = issue([LOGIN_HOST]);
  try {
    await bring(first, 'renewed', renewed, '--arn', LOGIN_ARN);
    await Promise.all(
      both.map((tls) =>
        soon('the renewed certificate is served', async () => {
          return (await shown(tls, LOGIN_HOST)) === serialOf(renewed.chain);
        }),
      ),
    );
  } finally {
    running = false;
    await Promise.all(load);
  }
  assert.deepEqual(failures, []);
  assert.deepEqual([...serials].sort(), [serialOf(LOGIN.chain), serialOf(renewed.chain)].sort());

  // The pool file still holds the older one: a start does not bring it back.
  await first.foyer.restart();
  assert.equal(await shown(first, LOGIN_HOST), serialOf(renewed.chain));
});

test('FED-01 a provider sends people back to the domain that they came from, a cookie of that domain in hand', async () => {
  const file = withCustomDomain();
  const endpoint = (path: string) => `https://idp.example.com/${path}`;
  for (const pool of file.pools) {
    Object.assign(pool, {
      identityProviders: [
        {
          ProviderName: 'Corp',
          ProviderType: 'OIDC',
          ProviderDetails: {
            client_id: 'ours',
            client_secret: 'a-secret-of-theirs',
            authorize_scopes: 'openid',
            oidc_issuer: 'https://idp.example.com',
            authorize_url: endpoint('authorize'),
            token_url: endpoint('token'),
            attributes_url: endpoint('userinfo'),
            jwks_uri: endpoint('keys'),
          },
        },
      ],
    });
    for (const { settings } of pool.clients)
      Object.assign(settings, { SupportedIdentityProviders: ['Corp'] });
  }
  const tls = await startTls(OWN, { poolFile: file });
  for (const hosted of [tls.at(LOGIN_HOST), `${tls.at('id.foyer.test')}/${STORY.domain}`]) {
    const session = openHttpSession(tls.client.fetch);
    const left = await session.follow(await session.get(authorizeUrl(hosted)), hosted);
    const asked = new URL(left.location ?? '');
    assert.equal(asked.host, 'idp.example.com');
    const callback = asked.searchParams.get('redirect_uri') ?? '';
    assert.equal(callback, `${hosted}/oauth2/idpresponse`);
    const cookies = await session.jar.getCookies(hosted);
    const cookie = cookies.find(({ key }) => key.includes('-provider-'));
    assert.match(cookie?.key ?? '', hosted.endsWith(STORY.domain) ? /^__Secure-/ : /^__Host-/);
    const answer = new URLSearchParams({
      error: 'access_denied',
      state: asked.searchParams.get('state') ?? '',
    });
    const back = await session.follow(await session.get(`${callback}?${answer}`), hosted);
    assert.equal(callbackOf(back).get('error'), 'access_denied');
  }
});
