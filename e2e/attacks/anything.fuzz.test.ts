/**
 * Whatever is sent to whichever address: the product answers, leads nobody astray, and has no fault of its own. Long
 * for its lists of what may be sent, which belong to the one test that sends them.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fc, textOf } from '../../adapters/testing/fuzz.ts';
import { readRequest, samlIdentityProvider } from '../../federation/testing/saml-identity-provider.ts';
import { USER_POOLS } from '../../server/api/model/models.ts';
import { PATHS } from '../../server/flow/paths.ts';
import { openFederation } from '../federation-stage.ts';
import { openHttpSession, readForm } from '../http-session.ts';
import { authorizeUrl, hostedAt, openSignIn, PASSWORD } from '../person.ts';
import { startFoyer } from '../start.ts';
import { STORY, storyPool } from '../story-pool.ts';
import { sendRaw } from './raw-request.ts';

const foyer = await startFoyer({ poolFile: storyPool() });
const hosted = hostedAt(foyer);
const { host } = new URL(foyer.url);

/** Providers of both kinds, each with a sign-in on its way through it, in the browser below. */
const at = await openFederation(foyer);
const corp = samlIdentityProvider('https://corp.example.com/metadata', Date.now);
await at.add('Partner');
await at.add('Corp', {
  ProviderType: 'SAML',
  ProviderDetails: { MetadataFile: corp.metadata({ signOn: `${foyer.url}/sso` }) },
});
await at.enable('COGNITO', 'Partner', 'Corp');

/** A browser in the middle of a sign-in: its cookies, and the fields of the form that it sees. */
const session = openHttpSession();
const sentTo = async (identity_provider: string) => {
  const page = await session.get(authorizeUrl(hosted, { identity_provider }));
  return new URL((await session.follow(page, hosted)).location ?? '').searchParams;
};
const [state, asksSaml] = [(await sentTo('Partner')).get('state') ?? '', await sentTo('Corp')];
const relayed = corp.answer('otto', readRequest(`${foyer.url}/sso?${asksSaml}`));
const signIn = await openSignIn(session, hosted);
const cookie = await session.jar.getCookieString(signIn.url);
const form = readForm(signIn).values;
const interaction = new URL(signIn.url).searchParams.get('interaction') ?? '';

const SCRIPT = '<script>alert(1)</script>';
const LEAD_ASTRAY = [
  'https://evil.test/',
  '//evil.test',
  'javascript:alert(1)',
  'https://app.example.com@evil.test/',
];
const HOSTILE = [
  SCRIPT,
  '"><svg onload=alert(1)>',
  '\r\nx-injected: 1',
  '\0',
  '../..',
  '..;/',
  '%',
  '{####}',
  'ü',
  '\ud800',
  'x'.repeat(3000),
];
const VALID = [
  ...[
    'code',
    'token',
    'openid email',
    'S256',
    'A'.repeat(43),
    'none',
    'login',
    'COGNITO',
    'query',
    'form_post',
  ],
  ...[
    'authorization_code',
    'refresh_token',
    'client_credentials',
    'password',
    interaction,
    'mia@example.com',
    PASSWORD,
  ],
  ...[
    STORY.publicClient,
    STORY.webClient,
    STORY.webSecret,
    STORY.callback,
    'https://app.example.com/bye',
    '123456',
  ],
  ...['Partner', 'Corp', state, relayed.RelayState, relayed.SAMLResponse],
];
const NAMES = [
  ...[
    'client_id',
    'redirect_uri',
    'response_type',
    'response_mode',
    'scope',
    'state',
    'nonce',
    'prompt',
    'max_age',
  ],
  ...[
    'code_challenge',
    'code_challenge_method',
    'code_verifier',
    'login_hint',
    'id_token_hint',
    'ui_locales',
    'lang',
  ],
  ...[
    'identity_provider',
    'idp_identifier',
    'request',
    'request_uri',
    'interaction',
    'logout_uri',
    'error',
    'foyer',
  ],
  ...[
    'post_logout_redirect_uri',
    'grant_type',
    'code',
    'refresh_token',
    'client_secret',
    'token',
    'token_type_hint',
  ],
  ...[
    'username',
    'password',
    '_csrf',
    'user_name',
    'confirmation_code',
    'email',
    '__proto__',
    'claims',
    'resource',
  ],
  ...['RelayState', 'SAMLResponse', 'SAMLRequest', 'posted', 'iss'],
];
const value = fc.oneof(fc.constantFrom(...VALID), fc.constantFrom(...HOSTILE, ...LEAD_ASTRAY), fc.string());
const pairs = fc.array(fc.tuple(fc.constantFrom(...NAMES), value), { maxLength: 8 });
/** What an application rightly asks, so that other parameters are looked at too. */
const asked: [string, string][] = [
  ['client_id', STORY.publicClient],
  ['redirect_uri', STORY.callback],
  ['response_type', 'code'],
];
const encoded = (given: [string, string][]) =>
  new URLSearchParams(given.map(([name, text]): [string, string] => [name, text.toWellFormed()])).toString();
const query = fc.oneof(
  pairs.map(encoded),
  pairs.map((more) =>
    encoded([...asked, ...more.filter(([name]) => !asked.some(([known]) => known === name))]),
  ),
  textOf([...NAMES, '=', '&', '%', '%0d%0a', '[]', '[a]', '?', '/', ';'], 8).map((text) =>
    text.replace(/[^\x21-\xff]/g, ''),
  ),
);
const path = fc.oneof(
  fc.constantFrom(
    '/',
    '/story',
    '/health/ready',
    '/dev/mailbox.json',
    '/story/assets/..%2f..%2fpackage.json',
  ),
  fc
    .constantFrom('jwks.json', 'openid-configuration', 'x')
    .map((name) => `/${STORY.poolId}/.well-known/${name}`),
  textOf(
    ['/', 'story', 'login', '..', '%2e', '%00', ';', '\\', '%ff', '%', '*', '//evil.test', 'oauth2'],
    8,
  ).map((text) => `/${text.replace(/[^\x21-\xff]/g, '')}`),
);
const method = fc.constantFrom('GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH');
const FORM = 'application/x-www-form-urlencoded';
const headers = fc.record(
  {
    cookie: fc.oneof(fc.constant(cookie), textOf([...cookie.split(/[=;]/), '=', ';', ' ', '"', '__proto__'])),
    authorization: textOf(
      ['Basic ', 'Bearer ', 'AWS4-HMAC-SHA256 ', 'eyJhbGciOiJub25lIn0', '.', 'OjpA', '=', '/'],
      6,
    ),
    'content-type': fc.constantFrom(FORM, 'application/x-amz-json-1.1', 'multipart/form-data', 'x', '%'),
    accept: fc.constantFrom('text/html', 'application/json', '*/*', ';q=1', 'x'),
    'accept-language': textOf(['de', 'en', ',', ';q=', '0.5', '*', ' '], 6),
    origin: fc.constantFrom('https://evil.test', 'null', foyer.url),
    'x-forwarded-host': fc.constant('evil.test'),
    'if-none-match': textOf(['"', '*', 'W/', 'x'], 4),
  },
  { requiredKeys: [] },
);
const json = fc.record(
  {
    ClientId: fc.oneof(fc.constantFrom(STORY.publicClient, STORY.webClient), value),
    UserPoolId: fc.oneof(fc.constant(STORY.poolId), value),
    Username: value,
    Password: value,
    ConfirmationCode: value,
    UserAttributes: fc.array(fc.record({ Name: fc.oneof(fc.constant('email'), value), Value: value }), {
      maxLength: 2,
    }),
    AccessToken: value,
    ClientMetadata: fc.jsonValue({ maxDepth: 1 }),
    AuthFlow: fc.constantFrom('USER_PASSWORD_AUTH', 'USER_SRP_AUTH', 'REFRESH_TOKEN_AUTH', 'x'),
    AuthParameters: fc.dictionary(
      fc.constantFrom('USERNAME', 'PASSWORD', 'REFRESH_TOKEN', '__proto__'),
      value,
    ),
  },
  { requiredKeys: ['ClientId'] },
);
const operation = fc.oneof(
  fc.constantFrom(...Object.keys(USER_POOLS.operations), '__proto__', 'toString', ''),
  fc.constantFrom(
    'SignUp',
    'ConfirmSignUp',
    'ForgotPassword',
    'ConfirmForgotPassword',
    'ResendConfirmationCode',
  ),
);

interface Sent {
  method: string;
  path: string;
  query: string;
  headers: Record<string, string>;
  body: string;
}
const requests: fc.Arbitrary<Sent> = fc.oneof(
  // A person's browser, at a page of a sign-in that goes on.
  fc
    .record({
      method: fc.constantFrom('GET', 'POST'),
      path: fc.constantFrom(...Object.values(PATHS)),
      query,
      headers,
      body: pairs,
    })
    .map(({ path, query, headers, body, ...rest }) => ({
      ...rest,
      path: `/story${path}`,
      query: `interaction=${interaction}&${query}`,
      headers: { ...headers, cookie, 'content-type': FORM },
      body: encoded([...Object.entries(form), ...body.filter(([name]) => name !== '_csrf')]),
    })),
  // An application, at the endpoints.
  fc
    .record({
      method: fc.constantFrom('GET', 'POST'),
      path: fc.constantFrom(
        'authorize',
        'token',
        'userInfo',
        'revoke',
        `authorize/${interaction}`,
        'authorize/x',
        '../logout',
      ),
      query,
      headers,
      body: pairs,
    })
    .map(({ path, headers, body, ...rest }) => ({
      ...rest,
      path: `/story/oauth2/${path}`.replace('/oauth2/..', ''),
      headers: { ...headers, 'content-type': FORM },
      body: encoded([['client_id', STORY.publicClient], ...body]),
    })),
  // Somebody who comes back from a provider.
  fc
    .record({
      method: fc.constantFrom('GET', 'POST'),
      path: fc.constantFrom('oauth2/idpresponse', 'saml2/idpresponse', 'saml2/logout', 'saml2/metadata'),
      query,
      headers,
      body: fc.oneof(pairs, fc.constant(Object.entries(relayed))),
    })
    .map(({ path, headers, body, ...rest }) => ({
      ...rest,
      path: `/story/${path}`,
      headers: { ...headers, cookie, 'content-type': FORM },
      body: encoded(body),
    })),
  // An SDK.
  fc.record({ operation, headers, body: json }).map(({ operation, headers, body }) => ({
    method: 'POST',
    path: '/',
    query: '',
    headers: {
      ...headers,
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
    },
    body: JSON.stringify(body),
  })),
  // Nobody in particular.
  fc.record({
    method,
    path,
    query,
    headers,
    body: textOf(['{', '}', '[', '"', ':', '&', '=', '%', '\0', '\ud800']),
  }),
);

test('whatever is asked, the answer is no fault, leads nowhere but home or to a registered address, and repeats no script', async () => {
  const homes = [foyer.url, STORY.callback, 'https://app.example.com/bye'];
  await fc.assert(
    fc.asyncProperty(requests, async ({ method, path, query, headers, body }) => {
      const bytes = Buffer.from(body);
      const lines = Object.entries(headers).map(
        ([name, text]) => `${name}: ${text.replace(/[\r\n\0]/g, '')}\r\n`,
      );
      const head = `${method} ${path}?${query} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\ncontent-length: ${bytes.length}\r\n${lines.join('')}\r\n`;
      const answer = await sendRaw(foyer.url, Buffer.concat([Buffer.from(head, 'latin1'), bytes]));
      assert.ok(answer.status >= 200 && answer.status < 500, `${answer.status}\n${answer.body}`);
      const sent = new Map(answer.headers);
      const location = sent.get('location');
      if (location !== undefined) {
        const to = new URL(location, foyer.url).href;
        assert.ok(
          homes.some((home) => to === home || to.startsWith(`${home}/`) || to.startsWith(`${home}?`)),
          to,
        );
      }
      const onward = sent.get('refresh');
      if (onward !== undefined)
        assert.ok(new URL(onward.replace('0; url=', ''), hosted).href.startsWith(`${hosted}/`));
      assert.ok(!sent.has('x-injected'));
      assert.ok(
        !answer.body.includes(SCRIPT) || sent.get('content-type')?.startsWith('application/'),
        answer.body,
      );
    }),
  );
  const faults = foyer.log().filter((line) => /"level":(50|60|"error"|"fatal")/.test(line));
  assert.deepEqual(faults, []);
});
